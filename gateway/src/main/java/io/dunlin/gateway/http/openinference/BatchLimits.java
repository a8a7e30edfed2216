package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.model.ModelSpec;

/**
 * The largest batch of a model, for its {@code /config} document. A signature whose rows cannot be
 * put together announces 0 there, whatever is said here.
 */
@FunctionalInterface
public interface BatchLimits {
  /** What a model spec says that does not speak of batching. */
  BatchLimits DEFAULT = model -> ModelSpec.Batching.DEFAULT.maxBatchSize();

  /**
   * @return most rows in one run of the model, at least 1; 0 if it is not batched
   */
  int maxBatchSize(String model);
}
