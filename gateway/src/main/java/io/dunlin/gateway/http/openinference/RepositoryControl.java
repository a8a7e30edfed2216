package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Loading and unloading models at a client's wish (the model repository extension). A stage that
 * fails does so with an {@link InferenceException}.
 */
public interface RepositoryControl {
  /** Triton's words for a server that decides itself what it serves. */
  String DISABLED_MESSAGE = "explicit model load / unload is not allowed if polling is enabled";

  /** Refuses both. */
  RepositoryControl DISABLED =
      new RepositoryControl() {
        @Override
        public CompletionStage<Void> load(String model) {
          return refused();
        }

        @Override
        public CompletionStage<Void> unload(String model) {
          return refused();
        }

        private CompletionStage<Void> refused() {
          return CompletableFuture.failedFuture(
              new InferenceException(FailureCode.UNAVAILABLE, DISABLED_MESSAGE));
        }
      };

  /**
   * Loads a model, or loads it again.
   *
   * @param model a valid model name
   * @return completes once the model is READY
   */
  CompletionStage<Void> load(String model);

  /**
   * Stops serving a model.
   *
   * @param model a valid model name
   * @return completes once the wish is recorded; NOT_FOUND counts as done
   */
  CompletionStage<Void> unload(String model);
}
