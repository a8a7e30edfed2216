package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The INFER message. The deadline travels as the time that remains, so that the two clocks need not
 * agree.
 */
public final class InferCodec {
  /** Behind the 4 bytes of the metadata's length. */
  private static final int REMAINING_NANOS_AT = 4;

  /** Longer than any request lives; keeps sums of clock readings far from overflow. */
  static final long MAX_REMAINING_NANOS = Long.MAX_VALUE / 4;

  private InferCodec() {}

  /**
   * A message that can be sent once {@link #setRemaining} told the time left.
   *
   * @throws IllegalArgumentException naming the field that the layout cannot hold
   */
  public static OutgoingMessage encode(
      long attemptId, ReplicaId replica, InferenceRequest request) {
    List<Tensor> inputs = request.inputs();
    List<String> outputs = request.outputs();
    if (!replica.version().equals(request.version())) {
      throw new IllegalArgumentException(
          "replica: " + replica + " (expected: one of " + request.version() + ")");
    }
    WireWriter out = new WireWriter(128 + request.requestId().length() + inputs.size() * 40);
    out.i32(0);
    out.i64(0);
    out.u8(request.priority().urgency());
    out.text("model", replica.version().model());
    out.i64(replica.version().version());
    out.i32(replica.ordinal());
    out.text("request id", request.requestId());
    out.text("signature", request.signature());
    out.u16(checkCount("outputs", outputs.size()));
    for (int i = 0; i < outputs.size(); i++) {
      out.text("output name", outputs.get(i));
    }
    out.u16(checkCount("inputs", inputs.size()));
    Tensor[] tensors = new Tensor[inputs.size()];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = inputs.get(i);
      TensorCodec.put(out, tensors[i]);
    }
    out.setI32(0, out.size());
    return new OutgoingMessage(FrameType.INFER, attemptId, out, tensors);
  }

  /** Writes the time left into an encoded message; to be done just before it is sent. */
  public static void setRemaining(OutgoingMessage infer, long remainingNanos) {
    infer.setI64(REMAINING_NANOS_AT, remainingNanos);
  }

  /**
   * The attempt in a message's body; its tensors are views on the body.
   *
   * @param nowNanos this process's clock when the message's first byte came
   * @throws IllegalArgumentException when the body is not a request
   */
  public static Infer decode(byte[] body, long nowNanos) {
    int metadataLength = new WireInput(body, 0, body.length).size("metadata length");
    WireInput in = new WireInput(body, 4, checkMetadata(metadataLength, body.length));
    long remaining = Math.clamp(in.i64("remaining nanos"), -1, MAX_REMAINING_NANOS);
    Priority priority = new Priority(in.u8("priority"));
    ReplicaId replica = takeReplica(in);
    String requestId = in.text("request id");
    String signature = in.text("signature");
    List<String> outputs = new ArrayList<>();
    int outputCount = in.count("outputs", 2);
    for (int i = 0; i < outputCount; i++) {
      outputs.add(in.text("output name"));
    }
    int inputCount = in.count("inputs", TensorCodec.LEAST_BYTES);
    TensorCodec.Header[] headers = new TensorCodec.Header[inputCount];
    for (int i = 0; i < inputCount; i++) {
      headers[i] = TensorCodec.take(in);
    }
    Tensor[] inputs = new Tensor[inputCount];
    int offset = metadataLength;
    for (int i = 0; i < inputCount; i++) {
      inputs[i] = headers[i].over(body, offset);
      offset += headers[i].length();
    }
    return new Infer(
        replica,
        new InferenceRequest(
            requestId,
            replica.version(),
            signature,
            List.of(inputs),
            outputs.isEmpty() ? List.of() : List.copyOf(outputs),
            new Deadline(nowNanos + remaining),
            priority));
  }

  static ReplicaId takeReplica(WireInput in) {
    String model = in.text("model");
    ModelVersionId version = new ModelVersionId(model, in.i64("version"));
    return new ReplicaId(version, in.i32("ordinal"));
  }

  static int checkMetadata(int metadataLength, int bodyLength) {
    if (metadataLength < 4 || metadataLength > bodyLength) {
      throw new IllegalArgumentException(
          "metadata length: " + metadataLength + " (expected: 4.." + bodyLength + ")");
    }
    return metadataLength;
  }

  static int checkCount(String field, int count) {
    if (count > 0xffff) {
      throw new IllegalArgumentException(field + ": " + count + " (expected: at most 65535)");
    }
    return count;
  }

  /** A request and the replica that is asked. */
  public record Infer(ReplicaId replica, InferenceRequest request) {}
}
