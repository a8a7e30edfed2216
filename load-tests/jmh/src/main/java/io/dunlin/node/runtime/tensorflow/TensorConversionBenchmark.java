package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Rows of requests put together in one native tensor; and beside it a whole run of a small model,
 * with its outputs copied back and cut into rows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TensorConversionBenchmark {
  private static final TensorSpec SPEC =
      new TensorSpec("features", DataType.FLOAT, Shape.of(-1, 32), "features:0");

  /** Requests in the batch, of one row each. */
  @Param({"1", "8", "64"})
  private int rows;

  private LoadedModel.Input input = input(1);
  private int[] counts = new int[0];
  private @Nullable RunSlot slot;
  private @Nullable LoadedModel model;

  @Setup
  public void load() throws ModelLoadException {
    Path folder = Path.of(System.getProperty("dunlin.examples"), "test-models", "mlp", "1");
    model =
        new TensorFlowRuntime(TensorFlowSettings.DEFAULT)
            .load(new ModelVersionId("mlp", 1), folder, LoadOptions.DEFAULT);
    slot = new RunSlot(1, 1);
    input = input(rows);
    counts = Collections.nCopies(rows, 1).stream().mapToInt(Integer::intValue).toArray();
  }

  private static LoadedModel.Input input(int parts) {
    Tensor row = Tensor.of(DataType.FLOAT, new long[] {1, 32}, new byte[128]);
    return new LoadedModel.Input(Collections.nCopies(parts, row), 0);
  }

  @TearDown
  public void close() {
    Objects.requireNonNull(slot).close();
    Objects.requireNonNull(model).close();
  }

  @Benchmark
  public long toNative() throws ModelRunException {
    RunSlot slot = Objects.requireNonNull(this.slot);
    InputWriter.write(slot, 0, SPEC, input);
    long bytes = slot.inputBytes();
    slot.releaseTensors();
    return bytes;
  }

  @Benchmark
  public Tensor[] runAndSplit() throws ModelRunException {
    return Objects.requireNonNull(model).run("serving_default", List.of(input)).get(0).split(counts);
  }
}
