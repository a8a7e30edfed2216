package io.dunlin.node.runtime.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.model.ModelVersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The models and requests shipped with the project, real ones, as fixtures. */
final class Examples {
  private static final Path ROOT = Path.of(System.getProperty("dunlin.examples", "examples"));
  private static final TensorFlowRuntime RUNTIME =
      new TensorFlowRuntime(TensorFlowSettings.DEFAULT);

  private Examples() {}

  /** The folder of version 1 of an example or test model. */
  static Path folder(String model) {
    Path example = ROOT.resolve("models").resolve(model).resolve("1");
    return Files.isDirectory(example)
        ? example
        : ROOT.resolve("test-models").resolve(model).resolve("1");
  }

  static LoadedModel load(String model) {
    return load(model, LoadOptions.DEFAULT);
  }

  static LoadedModel load(String model, LoadOptions options) {
    try {
      return tryLoad(model, options);
    } catch (ModelLoadException e) {
      throw new AssertionError("model '" + model + "' in " + ROOT + " does not load", e);
    }
  }

  static LoadedModel tryLoad(String model, LoadOptions options) throws ModelLoadException {
    return RUNTIME.load(new ModelVersionId(model, 1), folder(model), options);
  }

  /** A file below {@code requests}. */
  static JsonNode request(String file) {
    try {
      return new JsonMapper().readTree(ROOT.resolve("requests").resolve(file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
