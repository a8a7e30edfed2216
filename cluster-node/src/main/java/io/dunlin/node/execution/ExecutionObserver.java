package io.dunlin.node.execution;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Sees what an executor does, for metrics and logs. Called on lane and submitting threads without
 * locks; must be quick and must not throw.
 */
public interface ExecutionObserver {
  /** Sees nothing. */
  ExecutionObserver NONE =
      new ExecutionObserver() {
        @Override
        public void answered(
            InferenceRequest request, long sinceArrivalNanos, @Nullable Failure f) {}

        @Override
        public void ran(String signature, int rows, int paddingRows, int requests, long nanos) {}

        @Override
        public void threw(String where, Throwable thrown) {}
      };

  /**
   * A request was answered; called once for each that was submitted.
   *
   * @param failure null when it succeeded
   */
  void answered(InferenceRequest request, long sinceArrivalNanos, @Nullable Failure failure);

  /** The model ran once and succeeded. */
  void ran(String signature, int rows, int paddingRows, int requests, long nanos);

  /** Something threw that must not: the model's runtime, a reply sink, or Dunlin itself. */
  void threw(String where, Throwable thrown);
}
