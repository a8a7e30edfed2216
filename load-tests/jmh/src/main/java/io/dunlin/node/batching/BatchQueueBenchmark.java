package io.dunlin.node.batching;

import io.dunlin.shared.inference.Deadline;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** So many requests of one row offered to a queue and taken out of it in batches; time of one of
 * them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BatchQueueBenchmark {
  private static final int REQUESTS = 512;
  private static final long FAR = Duration.ofHours(1).toNanos();

  /** Requests that wait before a lane takes what is there. */
  @Param({"1", "8", "64", "512"})
  private int waiting;

  private ServedSignature signature =
      new ServedSignature(
          new Signature(
              "serving_default",
              "tensorflow/serving/predict",
              List.of(new TensorSpec("x", DataType.FLOAT, Shape.of(-1, 32), "x:0")),
              List.of(new TensorSpec("y", DataType.FLOAT, Shape.of(-1, 1), "y:0"))));
  private BatchQueue queue = new BatchQueue(List.of(signature), ModelSpec.of("m", "source"));
  private InferenceRequest request =
      new InferenceRequest(
          "id",
          new ModelVersionId("m", 1),
          "serving_default",
          List.of(Tensor.of(DataType.FLOAT, new long[] {1, 32}, new byte[128])),
          List.of(),
          new Deadline(FAR),
          Priority.DEFAULT);
  private long now;

  @Setup
  public void learn() {
    now = 1;
  }

  @Benchmark
  @OperationsPerInvocation(REQUESTS)
  public int offerAndTake() {
    int rows = 0;
    for (int done = 0; done < REQUESTS; done += waiting) {
      for (int i = 0; i < waiting; i++) {
        Object refused = queue.offer(signature.enqueue(request, reply -> {}, now), now);
        if (refused != null) {
          throw new IllegalStateException(refused.toString());
        }
      }
      while (!queue.isEmpty()) {
        rows += take();
      }
    }
    return rows;
  }

  private int take() {
    // Whoever waits for a fuller batch has waited long enough by then.
    now += Duration.ofMillis(1).toNanos();
    if (!(queue.poll(now, dropped -> {}) instanceof Batch batch)) {
      return 0;
    }
    queue.finished(batch, 50_000);
    return batch.rows();
  }
}
