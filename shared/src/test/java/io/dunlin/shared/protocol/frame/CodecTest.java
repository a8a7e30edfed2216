package io.dunlin.shared.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecTest {
  @Test
  void requestComesBackAsItWas() {
    Tensor strings =
        Tensor.of(DataType.STRING, new long[] {2}, new byte[] {1, 0, 0, 0, 'a', 0, 0, 0, 0});
    Tensor scalar = Tensor.of(DataType.INT64, new long[] {}, new byte[8]);
    Tensor empty = Tensor.of(DataType.FLOAT, new long[] {0, 3}, new byte[0]);
    InferenceRequest request =
        new InferenceRequest(
            "année-42",
            Samples.REPLICA.version(),
            "serving_default",
            List.of(strings, empty, scalar, Samples.bytes(1000)),
            List.of("scores", "ids"),
            new Deadline(12_345),
            new Priority(7));
    OutgoingMessage message = InferCodec.encode(1, Samples.REPLICA, request);
    InferCodec.setRemaining(message, 345);
    InferCodec.Infer decoded = InferCodec.decode(body(message), 12_000);
    assertThat(decoded.replica()).isEqualTo(Samples.REPLICA);
    assertThat(decoded.request()).isEqualTo(request);
  }

  @Test
  void deadlineIsAnchoredAtTheReceiversClock() {
    assertThat(withRemaining(5_000, -9_000).nanoTime()).isEqualTo(-4_000);
    assertThat(withRemaining(Long.MIN_VALUE, 50).isExpired(50)).isTrue();
    long now = Long.MAX_VALUE - 10;
    assertThat(withRemaining(Long.MAX_VALUE, now).isExpired(now)).isFalse();
  }

  private static Deadline withRemaining(long remainingNanos, long nowNanos) {
    OutgoingMessage message = InferCodec.encode(1, Samples.REPLICA, Samples.request("r", 0));
    InferCodec.setRemaining(message, remainingNanos);
    return InferCodec.decode(body(message), nowNanos).request().deadline();
  }

  @Test
  void tensorsAreViewsOnTheMessage() {
    OutgoingMessage message =
        InferCodec.encode(1, Samples.REPLICA, Samples.request("r", 0, Samples.bytes(100)));
    byte[] body = body(message);
    Tensor input = InferCodec.decode(body, 0).request().inputs().get(0);
    assertThat(input.array()).isSameAs(body);
  }

  @Test
  void slicedTensorTravelsWithoutItsNeighbours() {
    Tensor batch =
        Tensor.of(DataType.UINT8, new long[] {4, 2}, new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    OutgoingMessage message =
        InferCodec.encode(1, Samples.REPLICA, Samples.request("r", 0, batch.rows(1, 3)));
    assertThat(message.payloadBytes()).isEqualTo(4);
    assertThat(InferCodec.decode(body(message), 0).request().inputs().get(0))
        .isEqualTo(Tensor.of(DataType.UINT8, new long[] {2, 2}, new byte[] {2, 3, 4, 5}));
  }

  @Test
  void resultComesBackAsItWas() {
    InferenceReply reply = Samples.completed(Samples.bytes(300), Samples.bytes(0));
    assertThat(ReplyCodec.decode(body(ReplyCodec.encode(1, reply)))).isEqualTo(reply);
  }

  @Test
  void everyFailureComesBackAsItWas() {
    for (FailureCode code : FailureCode.values()) {
      InferenceReply reply =
          new InferenceReply.Failed(new Failure(code, "why: " + code, Duration.ofMillis(1500)));
      assertThat(ReplyCodec.decode(body(ReplyCodec.encode(1, reply)))).isEqualTo(reply);
    }
    InferenceReply unknownWait = new InferenceReply.Failed(FailureCode.INTERNAL, "");
    assertThat(ReplyCodec.decode(body(ReplyCodec.encode(1, unknownWait)))).isEqualTo(unknownWait);
  }

  @Test
  void overlongFailureTextIsCut() {
    InferenceReply reply = new InferenceReply.Failed(FailureCode.INTERNAL, "é".repeat(100_000));
    InferenceReply.Failed decoded =
        (InferenceReply.Failed) ReplyCodec.decode(body(ReplyCodec.encode(1, reply)));
    assertThat(decoded.failure().message()).hasSize(ReplyCodec.MAX_MESSAGE_CHARS);
  }

  @Test
  void fieldsOfANewerVersionAreSkipped() {
    byte[] body = body(ReplyCodec.encode(1, Samples.completed(Samples.bytes(3))));
    int metadata = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getInt();
    byte[] newer = new byte[body.length + 2];
    System.arraycopy(body, 0, newer, 0, metadata);
    System.arraycopy(body, metadata, newer, metadata + 2, body.length - metadata);
    newer[0] = (byte) (newer[0] + 2);
    assertThat(ReplyCodec.decode(newer)).isEqualTo(ReplyCodec.decode(body));
  }

  @Test
  void whatTheLayoutCannotHoldIsNamed() {
    InferenceRequest request = Samples.request("r".repeat(70_000), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.encode(1, Samples.REPLICA, request))
        .withMessage("request id: 70000 bytes (expected: at most 65535)");
    ReplicaId other = new ReplicaId(new ModelVersionId("fraud", 8), 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.encode(1, other, Samples.request("r", 0)))
        .withMessage("replica: fraud/8/0 (expected: one of fraud/7)");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 65_536; i++) {
      names.add("n");
    }
    InferenceRequest manyOutputs =
        new InferenceRequest(
            "r",
            Samples.REPLICA.version(),
            "s",
            List.of(),
            names,
            new Deadline(0),
            Priority.DEFAULT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.encode(1, Samples.REPLICA, manyOutputs))
        .withMessage("outputs: 65536 (expected: at most 65535)");
  }

  @Test
  void bodyThatContradictsItselfIsRefusedByField() {
    OutgoingMessage message =
        InferCodec.encode(1, Samples.REPLICA, Samples.request("r", 0, Samples.bytes(100)));
    byte[] body = body(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.decode(Arrays.copyOf(body, body.length - 1), 0))
        .withMessage("tensor bytes: 100 (expected: at most 99 left)");
    byte[] wrongPriority = body.clone();
    wrongPriority[12] = 9;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.decode(wrongPriority, 0))
        .withMessage("urgency: 9 (expected: 0..7)");
    byte[] wrongMetadata = body.clone();
    wrongMetadata[3] = 0x7f;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferCodec.decode(wrongMetadata, 0))
        .withMessageStartingWith("metadata length: ");
  }

  /** What the receiver assembles of a message: its frame without header and attempt id. */
  static byte[] body(OutgoingMessage message) {
    byte[] frame = WirePeer.frames(message, 1 << 26);
    return Arrays.copyOfRange(frame, 13, frame.length);
  }
}
