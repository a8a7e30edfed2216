package io.dunlin.node.replica;

import io.dunlin.node.capacity.MemoryGauge;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.node.runtime.ModelRuntime;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A runtime whose models answer with their input; loads succeed or fail as told. */
final class FakeRuntime implements ModelRuntime {
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger loads = new AtomicInteger();
  final AtomicLong held = new AtomicLong();
  volatile long modelBytes = 4096;
  volatile Runnable whileLoading = () -> {};
  volatile String loadFailure = "";
  volatile FailureCode runFailure = FailureCode.CANCELLED;

  @Override
  public String platform() {
    return "fake";
  }

  @Override
  public LoadedModel load(ModelVersionId version, Path folder, LoadOptions options)
      throws ModelLoadException {
    loads.incrementAndGet();
    whileLoading.run();
    if (!loadFailure.isEmpty()) {
      throw new ModelLoadException(loadFailure);
    }
    open.incrementAndGet();
    held.addAndGet(modelBytes);
    return new Echo(version, modelBytes);
  }

  /** Sees exactly what the open models hold. */
  final class Gauge implements MemoryGauge {
    @Override
    public Reading read() {
      return new Reading(held.get(), 0);
    }
  }

  private final class Echo implements LoadedModel {
    private final ModelDescription description;
    private final long bytes;
    private boolean closed;

    Echo(ModelVersionId version, long bytes) {
      this.bytes = bytes;
      this.description =
          new ModelDescription(
              version,
              "fake",
              List.of(
                  new Signature(
                      Signature.DEFAULT_NAME,
                      "predict",
                      List.of(new TensorSpec("x", DataType.FLOAT, Shape.of(-1), "x:0")),
                      List.of(new TensorSpec("y", DataType.FLOAT, Shape.of(-1), "y:0")))));
    }

    @Override
    public ModelDescription description() {
      return description;
    }

    @Override
    public List<Tensor> run(String signature, List<Input> inputs) throws ModelRunException {
      if (runFailure != FailureCode.CANCELLED) {
        throw new ModelRunException(runFailure, "told to fail");
      }
      return List.of(Tensor.concat(inputs.get(0).parts()));
    }

    @Override
    public long memoryBytes() {
      return 1024;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
        held.addAndGet(-bytes);
      }
    }
  }
}
