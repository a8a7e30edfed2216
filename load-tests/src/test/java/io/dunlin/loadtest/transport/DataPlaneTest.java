package io.dunlin.loadtest.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.dataport.DataPortServer;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceReply.Completed;
import io.dunlin.shared.inference.InferenceReply.Failed;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.protocol.frame.Call;
import io.dunlin.shared.protocol.frame.EchoEndpoint;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.tensor.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What gateway and node promise together, on a real loopback connection. */
@Timeout(60)
class DataPlaneTest {
  private final EchoEndpoint node = new EchoEndpoint();

  @Test
  void requestComesBackWithEverythingInIt() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      Tensor first = Samples.bytes(1000);
      Tensor second = Samples.bytes(7);
      InferenceResult result = plane.infer(first, second).awaitResult();
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
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(plane.infer(Samples.bytes(sizes[i % sizes.length])));
      }
      for (int i = 0; i < calls.size(); i++) {
        InferenceResult result = calls.get(i).awaitResult();
        assertThat(result.outputs().get(0).tensor())
            .isEqualTo(Samples.bytes(sizes[i % sizes.length]));
      }
    }
  }

  @Test
  void sixtyFourMebibytesPassAndOneByteMoreIsRefusedHere() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      Tensor largest = Samples.bytes(64 << 20);
      assertThat(plane.infer(largest).awaitResult().outputs().get(0).tensor()).isEqualTo(largest);
      Failure tooLarge = plane.infer(Samples.bytes((64 << 20) + 1)).awaitFailure();
      assertThat(tooLarge.code()).isEqualTo(FailureCode.PAYLOAD_TOO_LARGE);
      assertThat(tooLarge.message())
          .isEqualTo("inputs: 67108865 bytes (expected: at most 67108864)");
      assertThat(plane.infer(Samples.bytes(1)).awaitResult().outputs()).hasSize(1);
    }
  }

  @Test
  void cancellingAQueuedAttemptReachesTheNode() throws Exception {
    node.hold();
    try (DataPlane plane = DataPlane.start(node, "")) {
      Call call = plane.infer(Samples.bytes(10));
      EchoEndpoint.Held held = node.next();
      call.cancel();
      call.cancel();
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CANCELLED);
      assertThat(held.cancelled()).isCompleted();
      assertThat(call.answers()).isOne();
    }
  }

  @Test
  void deadlineIsAnsweredHereAndTheNodeIsTold() throws Exception {
    node.hold();
    try (DataPlane plane = DataPlane.start(node, "")) {
      Call call = plane.infer(Duration.ofMillis(50), Samples.bytes(10));
      EchoEndpoint.Held held = node.next();
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
      held.cancelled().join();
      Call next = plane.infer(Samples.bytes(10));
      node.next().complete();
      assertThat(next.awaitResult().outputs()).hasSize(1);
      assertThat(call.answers()).isOne();
    }
  }

  @Test
  void callersOnManyThreadsEachGetTheirOwnAnswer() throws Exception {
    try (DataPlane plane = DataPlane.start(node, "")) {
      List<Thread> threads = new ArrayList<>();
      ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
      for (int t = 0; t < 8; t++) {
        int first = t * 1000;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 300; i++) {
                        Tensor input = Samples.bytes((first + i * 37) % 200_000);
                        InferenceReply reply = awaitQuietly(plane.infer(input));
                        if (!isEchoOf(reply, input)) {
                          wrong.add(first + i + ": " + reply);
                        }
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(wrong).isEmpty();
    }
  }

  @Test
  void drainUnderLoadAnswersEveryAttemptExactlyOnceAndTheNextNodeIsFound() throws Exception {
    DataPlane plane = DataPlane.start(node, "dunlin.gateway.transport.backoff-max = 60ms");
    try (plane) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        calls.add(plane.infer(Samples.bytes(i * 997)));
      }
      CompletableFuture<Void> drained = plane.server().drain(Duration.ofSeconds(30), "upgrade");
      for (int i = 0; i < 500; i++) {
        calls.add(plane.infer(Samples.bytes(i)));
      }
      drained.get(30, TimeUnit.SECONDS);
      int completed = 0;
      for (Call call : calls) {
        if (call.await() instanceof Failed failed) {
          assertThat(failed.failure().code())
              .isIn(FailureCode.DRAINING, FailureCode.CONNECTION_LOST);
          assertThat(failed.failure().code().retryable()).isTrue();
        } else {
          completed++;
        }
      }
      assertThat(completed).isPositive();
      plane.awaitEvent("draining");
      assertThat(plane.nextEvent()).startsWith("down ");

      try (DataPortServer successor = plane.successor(node)) {
        plane.awaitEvent("up");
        assertThat(plane.infer(Samples.bytes(5)).awaitResult().outputs()).hasSize(1);
        assertThat(successor.connections()).isEqualTo(2);
      }
      for (Call call : calls) {
        assertThat(call.answers()).isOne();
      }
    }
  }

  @Test
  void stoppedNodeFailsWhatItHadAtOnce() throws Exception {
    node.hold();
    try (DataPlane plane = DataPlane.start(node, "")) {
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(plane.infer(Samples.bytes(i * 50_000)));
      }
      node.next();
      plane.server().drain(Duration.ZERO, "stop").get(10, TimeUnit.SECONDS);
      for (Call call : calls) {
        assertThat(call.awaitFailure().code())
            .isIn(FailureCode.CONNECTION_LOST, FailureCode.DRAINING);
        assertThat(call.answers()).isOne();
      }
    }
  }

  @Test
  void cancelledLargeRequestGivesItsCreditBack() throws Exception {
    try (DataPlane plane =
        DataPlane.start(
            node,
            """
            dunlin.node.data-port.max-payload-bytes = 4 MiB
            dunlin.node.data-port.budget-bytes = 13 MiB
            """)) {
      // The bulk credit holds two of these at a time: every one must come back for all to pass.
      for (int i = 0; i < 30; i++) {
        Call cancelled = plane.infer(Samples.bytes(4 << 20));
        Call kept = plane.infer(Samples.bytes(4 << 20));
        cancelled.cancel();
        assertThat(kept.awaitResult().outputs()).hasSize(1);
        cancelled.await();
        assertThat(cancelled.answers()).isOne();
      }
    }
  }

  @Test
  void bothEndsProveWhoTheyAreOverTls(@TempDir Path folder) throws Exception {
    MutualTls tls = MutualTls.create(folder);
    try (DataPlane plane =
        DataPlane.start(
            node,
            DataPlane.nodeSettings("").withTls(tls.server()),
            DataPlane.gatewaySettings("").withTls(tls.client()))) {
      Tensor input = Samples.bytes(3_000_000);
      assertThat(plane.infer(input).awaitResult().outputs().get(0).tensor()).isEqualTo(input);
      assertThat(plane.infer(Samples.bytes(10)).awaitResult().outputs()).hasSize(1);
    }
  }

  @Test
  void gatewayWithAnotherKeyIsNotLetIn(@TempDir Path folder) throws Exception {
    MutualTls nodeKeys = MutualTls.create(folder);
    MutualTls otherKeys = MutualTls.create(folder);
    try (DataPlane plane =
        DataPlane.unconnected(
            node,
            DataPlane.nodeSettings("").withTls(nodeKeys.server()),
            DataPlane.gatewaySettings("dunlin.gateway.transport.backoff-max = 60ms")
                .withTls(otherKeys.client()))) {
      Call call = plane.infer(Samples.bytes(1));
      while (!call.awaitFailure().message().contains("lost: ")) {
        call = plane.infer(Samples.bytes(1));
      }
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CONNECTION_LOST);
      assertThat(plane.server().connections()).isZero();
    }
  }

  private static InferenceReply awaitQuietly(Call call) {
    try {
      return call.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isEchoOf(InferenceReply reply, Tensor input) {
    return reply instanceof Completed completed
        && completed.result().outputs().get(0).tensor().equals(input);
  }
}
