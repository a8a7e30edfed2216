package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The REPLY message: a result, or why there is none. */
public final class ReplyCodec {
  private static final int COMPLETED = 0;
  private static final int FAILED = 1;

  /** Failure texts are cut to this many characters; native runtimes write long ones. */
  static final int MAX_MESSAGE_CHARS = 16 * 1024;

  /** "Unknown" where a duration may be. */
  private static final long NO_DURATION = -1;

  private static final Tensor[] NO_TENSORS = {};

  private ReplyCodec() {}

  /**
   * @throws IllegalArgumentException naming the field that the layout cannot hold
   */
  public static OutgoingMessage encode(long attemptId, InferenceReply reply) {
    return switch (reply) {
      case InferenceReply.Completed completed -> encodeResult(attemptId, completed.result());
      case InferenceReply.Failed failed -> encodeFailure(attemptId, failed.failure());
    };
  }

  /**
   * The reply in a message's body; output tensors are views on the body.
   *
   * @throws IllegalArgumentException when the body is not a reply
   */
  public static InferenceReply decode(byte[] body) {
    int metadataLength = new WireInput(body, 0, body.length).size("metadata length");
    WireInput in = new WireInput(body, 4, InferCodec.checkMetadata(metadataLength, body.length));
    int status = in.u8("status");
    return switch (status) {
      case COMPLETED -> new InferenceReply.Completed(takeResult(in, body, metadataLength));
      case FAILED -> new InferenceReply.Failed(takeFailure(in));
      default ->
          throw new IllegalArgumentException(
              "status: " + status + " (expected: " + COMPLETED + " or " + FAILED + ")");
    };
  }

  private static OutgoingMessage encodeResult(long attemptId, InferenceResult result) {
    ReplicaId replica = result.replica();
    Timings timings = result.timings();
    List<NamedTensor> outputs = result.outputs();
    WireWriter out = new WireWriter(96 + outputs.size() * 56);
    out.i32(0);
    out.u8(COMPLETED);
    out.text("model", replica.version().model());
    out.i64(replica.version().version());
    out.i32(replica.ordinal());
    out.i64(timings.queueNanos());
    out.i64(timings.computeNanos());
    out.i32(timings.batchRows());
    out.i32(timings.batchRequests());
    out.u16(InferCodec.checkCount("outputs", outputs.size()));
    Tensor[] tensors = new Tensor[outputs.size()];
    for (int i = 0; i < tensors.length; i++) {
      NamedTensor output = outputs.get(i);
      out.text("output name", output.name());
      tensors[i] = output.tensor();
      TensorCodec.put(out, tensors[i]);
    }
    out.setI32(0, out.size());
    return new OutgoingMessage(FrameType.REPLY, attemptId, out, tensors);
  }

  private static OutgoingMessage encodeFailure(long attemptId, Failure failure) {
    String message = failure.message();
    Duration retryAfter = failure.retryAfter();
    WireWriter out = new WireWriter(64 + Math.min(message.length(), MAX_MESSAGE_CHARS));
    out.i32(0);
    out.u8(FAILED);
    out.text("code", failure.code().code());
    out.text(
        "message",
        message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS));
    out.i64(retryAfter == null ? NO_DURATION : Math.max(0, retryAfter.toMillis()));
    out.setI32(0, out.size());
    return new OutgoingMessage(FrameType.REPLY, attemptId, out, NO_TENSORS);
  }

  private static InferenceResult takeResult(WireInput in, byte[] body, int metadataLength) {
    ReplicaId replica = InferCodec.takeReplica(in);
    Timings timings =
        new Timings(
            in.i64("queue nanos"),
            in.i64("compute nanos"),
            in.i32("batch rows"),
            in.i32("batch requests"));
    int count = in.count("outputs", 2 + TensorCodec.LEAST_BYTES);
    List<NamedTensor> outputs = new ArrayList<>(count);
    int offset = metadataLength;
    for (int i = 0; i < count; i++) {
      String name = in.text("output name");
      TensorCodec.Header header = TensorCodec.take(in);
      outputs.add(new NamedTensor(name, header.over(body, offset)));
      offset += header.length();
    }
    return new InferenceResult(replica, List.copyOf(outputs), timings);
  }

  private static Failure takeFailure(WireInput in) {
    FailureCode code = FailureCode.ofCode(in.text("code"));
    String message = in.text("message");
    long retryAfterMillis = in.i64("retry after");
    @Nullable Duration retryAfter =
        retryAfterMillis < 0 ? null : Duration.ofMillis(retryAfterMillis);
    return new Failure(code, message, retryAfter);
  }
}
