package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;

/** Requests and replies for tests. */
public final class Samples {
  public static final ReplicaId REPLICA = new ReplicaId(new ModelVersionId("fraud", 7), 2);

  private Samples() {}

  /** A request due this many nanoseconds on the caller's clock. */
  public static InferenceRequest request(String id, long deadlineNanos, Tensor... inputs) {
    return new InferenceRequest(
        id,
        REPLICA.version(),
        "serving_default",
        List.of(inputs),
        List.of(),
        new Deadline(deadlineNanos),
        Priority.DEFAULT);
  }

  public static InferenceReply.Completed completed(Tensor... outputs) {
    NamedTensor[] named = new NamedTensor[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      named[i] = new NamedTensor("y" + i, outputs[i]);
    }
    return new InferenceReply.Completed(
        new InferenceResult(REPLICA, List.of(named), new Timings(11, 22, 3, 2)));
  }

  /** A tensor of bytes that differ from their neighbours. */
  public static Tensor bytes(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return Tensor.of(DataType.UINT8, new long[] {size}, bytes);
  }
}
