package io.dunlin.cli.boot;

import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;

/** Hears how models come up; on any thread, must not block. */
@FunctionalInterface
public interface ModelProgress {
  /** Hears nothing. */
  ModelProgress NONE = change -> {};

  void changed(Change change);

  /**
   * @param version which
   * @param state where it is now
   * @param loadMillis how long it took, 0 until READY
   * @param memoryBytes native memory, 0 until READY
   * @param reason why it FAILED, else empty
   */
  record Change(
      ModelVersionId version,
      ReplicaState state,
      long loadMillis,
      long memoryBytes,
      String reason) {}
}
