package io.dunlin.loadtest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceReply.Completed;
import io.dunlin.shared.inference.InferenceReply.Failed;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gateway and node promise together, on a real loopback connection. */
@Timeout(60)
class DataPlaneTest {
  private final EchoEndpoint node = new EchoEndpoint();

  @Test
  void requestComesBackWithEverythingInIt() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      Tensor first = DataPlane.bytes(1000);
      Tensor second = DataPlane.bytes(7);
      InferenceResult result = completed(plane.infer(first, second));
      assertThat(result.replica()).isEqualTo(DataPlane.REPLICA);
      assertThat(result.timings()).isEqualTo(EchoEndpoint.TIMINGS);
      assertThat(result.outputs().get(0).name()).isEqualTo("y0");
      assertThat(result.outputs().get(0).tensor()).isEqualTo(first);
      assertThat(result.outputs().get(1).tensor()).isEqualTo(second);
    }
  }

  @Test
  void manyRequestsOfAllSizesShareTheConnection() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      int[] sizes = {0, 1, 100, 65_000, 65_536, 70_000, 600_000, 3_000_000};
      List<DataPlane.Call> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(plane.infer(DataPlane.bytes(sizes[i % sizes.length])));
      }
      for (int i = 0; i < calls.size(); i++) {
        InferenceResult result = completed(calls.get(i));
        assertThat(result.outputs().get(0).tensor())
            .isEqualTo(DataPlane.bytes(sizes[i % sizes.length]));
      }
    }
  }

  @Test
  void sixtyFourMebibytesPassAndOneByteMoreIsRefusedHere() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      Tensor largest = DataPlane.bytes(64 << 20);
      assertThat(completed(plane.infer(largest)).outputs().get(0).tensor()).isEqualTo(largest);
      Failed tooLarge = failed(plane.infer(DataPlane.bytes((64 << 20) + 1)));
      assertThat(tooLarge.failure().code()).isEqualTo(FailureCode.PAYLOAD_TOO_LARGE);
      assertThat(tooLarge.failure().message())
          .isEqualTo("inputs: 67108865 bytes (expected: at most 67108864)");
      assertThat(completed(plane.infer(DataPlane.bytes(1))).outputs()).hasSize(1);
    }
  }

  @Test
  void cancellingAQueuedAttemptReachesTheNode() throws Exception {
    node.hold();
    try (DataPlane plane = DataPlane.start(node, "")) {
      DataPlane.Call call = plane.infer(DataPlane.bytes(10));
      EchoEndpoint.Held held = node.next();
      call.cancel();
      call.cancel();
      assertThat(failed(call).failure().code()).isEqualTo(FailureCode.CANCELLED);
      assertThat(held.cancelled()).isCompleted();
      assertThat(call.answers()).isOne();
    }
  }

  @Test
  void deadlineIsAnsweredHereAndTheNodeIsTold() throws Exception {
    node.hold();
    try (DataPlane plane = DataPlane.start(node, "")) {
      DataPlane.Call call = plane.infer(Duration.ofMillis(50), DataPlane.bytes(10));
      EchoEndpoint.Held held = node.next();
      assertThat(failed(call).failure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
      held.cancelled().join();
      DataPlane.Call next = plane.infer(DataPlane.bytes(10));
      node.next().complete();
      completed(next);
      assertThat(call.answers()).isOne();
    }
  }

  private static InferenceResult completed(DataPlane.Call call) throws InterruptedException {
    InferenceReply reply = call.await();
    assertThat(reply).isInstanceOf(Completed.class);
    return ((Completed) reply).result();
  }

  private static Failed failed(DataPlane.Call call) throws InterruptedException {
    InferenceReply reply = call.await();
    assertThat(reply).isInstanceOf(Failed.class);
    return (Failed) reply;
  }
}
