package io.dunlin.gateway.routing;

import java.util.List;
import java.util.Optional;

/** The models this gateway can reach now: an immutable snapshot behind a thread-safe look-up. */
public interface ServedModels {
  /** A model somebody asked to be served, whatever its state. */
  Optional<ServedModel> find(String model);

  /** Every model, sorted by name. */
  List<ServedModel> all();

  /**
   * Whether this gateway has read the catalogue since it joined. Until then a model it does not
   * know may exist all the same.
   */
  default boolean isComplete() {
    return true;
  }
}
