package io.dunlin.node.runtime;

import io.dunlin.shared.model.ModelVersionId;
import java.nio.file.Path;

/**
 * Loads artifacts of one kind. Thread-safe; calls block and belong on a dispatcher of their own.
 */
public interface ModelRuntime {
  /** The name V2 metadata gives this kind, such as {@code tensorflow_savedmodel}. */
  String platform();

  /**
   * Does what is done once in a process, however often it is called; the first call may take
   * seconds. To be called before the first load by a thread of normal priority, which threads
   * started here inherit.
   */
  default void prepare() {}

  /**
   * Loads a model version.
   *
   * @param folder the version's folder
   * @throws ModelLoadException when it is missing, broken, or asks for what this runtime cannot
   *     give; everything native that was allocated is released
   */
  LoadedModel load(ModelVersionId version, Path folder, LoadOptions options)
      throws ModelLoadException;
}
