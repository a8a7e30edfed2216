package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.host.HostCalls;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRuntime;
import io.dunlin.shared.model.ModelVersionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Loads TensorFlow SavedModels; the first load of a process also loads the native library. */
public final class TensorFlowRuntime implements ModelRuntime {
  public static final String PLATFORM = "tensorflow_savedmodel";

  private final TensorFlowSettings settings;
  private final Duration poolSlice;
  private boolean primed;

  public TensorFlowRuntime(TensorFlowSettings settings) {
    this(settings, Duration.ZERO);
  }

  /**
   * @param poolSlice time slice of the threads TensorFlow divides large ops between; zero leaves it
   *     to the kernel
   */
  public TensorFlowRuntime(TensorFlowSettings settings, Duration poolSlice) {
    this.settings = settings;
    this.poolSlice = poolSlice;
  }

  @Override
  public String platform() {
    return PLATFORM;
  }

  @Override
  public synchronized void prepare() {
    if (!primed) {
      prime();
      primed = true;
    }
  }

  /** On a thread of its own, from which TensorFlow's inherit their time slice. */
  private void prime() {
    TensorFlowNative.load();
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              boolean unused = poolSlice.isPositive() && HostCalls.setSlice(poolSlice);
              TensorFlowNative.prime(settings);
              return null;
            });
    Thread.ofPlatform().daemon().name("dunlin-tf-pool").start(task);
    try {
      task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while TensorFlow was prepared", e);
    }
  }

  @Override
  public LoadedModel load(ModelVersionId version, Path folder, LoadOptions options)
      throws ModelLoadException {
    return SessionLoader.load(version, folder, options, settings);
  }
}
