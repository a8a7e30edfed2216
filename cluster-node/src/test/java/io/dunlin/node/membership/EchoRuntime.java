package io.dunlin.node.membership;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRuntime;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Loads any folder with a {@code saved_model.pb}; its models answer with their input. */
final class EchoRuntime implements ModelRuntime {
  @Override
  public String platform() {
    return "tensorflow_savedmodel";
  }

  @Override
  public LoadedModel load(ModelVersionId version, Path folder, LoadOptions options)
      throws ModelLoadException {
    if (!Files.exists(folder.resolve("saved_model.pb"))) {
      throw new ModelLoadException(folder + " holds no saved_model.pb");
    }
    return new Echo(version);
  }

  private static final class Echo implements LoadedModel {
    private final ModelDescription description;

    Echo(ModelVersionId version) {
      this.description =
          new ModelDescription(
              version,
              "tensorflow_savedmodel",
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
    public List<Tensor> run(String signature, List<Input> inputs) {
      return List.of(Tensor.concat(inputs.get(0).parts()));
    }

    @Override
    public long memoryBytes() {
      return 1024;
    }

    @Override
    public void close() {}
  }
}
