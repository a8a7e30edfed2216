package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRuntime;
import io.dunlin.shared.model.ModelVersionId;
import java.nio.file.Path;

/** Loads TensorFlow SavedModels; the first load of a process also loads the native library. */
public final class TensorFlowRuntime implements ModelRuntime {
  public static final String PLATFORM = "tensorflow_savedmodel";

  private final TensorFlowSettings settings;
  private boolean primed;

  public TensorFlowRuntime(TensorFlowSettings settings) {
    this.settings = settings;
  }

  @Override
  public String platform() {
    return PLATFORM;
  }

  @Override
  public synchronized void prepare() {
    if (!primed) {
      TensorFlowNative.prime(settings);
      primed = true;
    }
  }

  @Override
  public LoadedModel load(ModelVersionId version, Path folder, LoadOptions options)
      throws ModelLoadException {
    return SessionLoader.load(version, folder, options, settings);
  }
}
