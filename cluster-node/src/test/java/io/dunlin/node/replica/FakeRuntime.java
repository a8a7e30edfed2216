package io.dunlin.node.replica;

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

/** A runtime whose models answer with their input; loads succeed or fail as told. */
final class FakeRuntime implements ModelRuntime {
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger loads = new AtomicInteger();
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
    if (!loadFailure.isEmpty()) {
      throw new ModelLoadException(loadFailure);
    }
    open.incrementAndGet();
    return new Echo(version);
  }

  private final class Echo implements LoadedModel {
    private final ModelDescription description;
    private boolean closed;

    Echo(ModelVersionId version) {
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
      return 4096;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        open.decrementAndGet();
      }
    }
  }
}
