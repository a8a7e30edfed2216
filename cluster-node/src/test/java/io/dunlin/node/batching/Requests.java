package io.dunlin.node.batching;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes signatures, specs and requests of float rows for tests of the queue. */
final class Requests {
  static final long MILLI = 1_000_000;
  static final long FAR = 3_600_000 * MILLI;

  private Requests() {}

  /** One input {@code x} of rows of so many floats, -1 for any number, and one output of rows. */
  static ServedSignature signature(String name, long columns) {
    return signature(name, Shape.of(-1, columns), Shape.of(-1, columns));
  }

  static ServedSignature signature(String name, Shape in, Shape out) {
    return new ServedSignature(
        new Signature(
            name,
            "tensorflow/serving/predict",
            List.of(new TensorSpec("x", DataType.FLOAT, in, "x:0")),
            List.of(new TensorSpec("y", DataType.FLOAT, out, "y:0"))));
  }

  static ModelSpec spec(int maxBatchSize, long maxDelayMillis, Integer... allowed) {
    return spec(
        new ModelSpec.Batching(
            true, maxBatchSize, Duration.ofMillis(maxDelayMillis), List.of(allowed)),
        ModelSpec.Queue.DEFAULT);
  }

  static ModelSpec spec(ModelSpec.Batching batching, ModelSpec.Queue queue) {
    return spec(batching, queue, 1);
  }

  static ModelSpec spec(ModelSpec.Batching batching, ModelSpec.Queue queue, int lanes) {
    ModelSpec plain = ModelSpec.of("m", "s");
    return new ModelSpec(
        plain.name(),
        plain.source(),
        plain.versionPolicy(),
        plain.replicas(),
        plain.device(),
        plain.memoryBytes(),
        batching,
        queue,
        plain.timeout(),
        plain.warmup(),
        plain.placement(),
        plain.priority(),
        new ModelSpec.Threading(lanes, 0, true));
  }

  static Tensor floats(long... dims) {
    return Tensor.of(DataType.FLOAT, dims, new byte[4 * (int) Tensor.elementCount(dims)]);
  }

  /** A request under construction. */
  static final class Builder {
    private final ServedSignature signature;
    private final String id;
    private Tensor input = floats(1, 2);
    private long deadlineNanos = FAR;
    private int urgency = 3;
    private long arrivedNanos;
    final List<InferenceReply> answers = new ArrayList<>();

    Builder(ServedSignature signature, String id) {
      this.signature = signature;
      this.id = id;
    }

    Builder rows(int rows) {
      return input(floats(rows, 2));
    }

    Builder input(Tensor tensor) {
      input = tensor;
      return this;
    }

    Builder due(long nanos) {
      deadlineNanos = nanos;
      return this;
    }

    Builder urgency(int level) {
      urgency = level;
      return this;
    }

    Builder arrived(long nanos) {
      arrivedNanos = nanos;
      return this;
    }

    QueuedRequest build() {
      InferenceRequest request =
          new InferenceRequest(
              id,
              new ModelVersionId("m", 1),
              signature.signature().name(),
              List.of(input),
              List.of(),
              new Deadline(deadlineNanos),
              new Priority(urgency));
      return signature.enqueue(request, answers::add, arrivedNanos);
    }
  }
}
