package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as callers see it.
 *
 * @param name the model
 * @param versions every version known, highest first, ended and failed ones included
 * @param aliases by label; a label without an active version is not known to callers yet
 */
public record ServedModel(String name, List<ServedVersion> versions, Map<String, Alias> aliases) {

  public Optional<ServedVersion> version(long version) {
    for (ServedVersion candidate : versions) {
      if (candidate.version() == version) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The highest version that can answer now. */
  public Optional<ServedVersion> latestAvailable() {
    for (ServedVersion candidate : versions) {
      if (candidate.isAvailable()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * The version a label stands for.
   *
   * @param draw picks among the versions of a weighted split; uniform over all ints
   */
  public Optional<Long> behind(String label, int draw) {
    Alias alias = aliases.get(label);
    return alias == null || alias.active().isEmpty()
        ? Optional.empty()
        : Optional.of(alias.choose(draw & Integer.MAX_VALUE));
  }

  /** The failure for a label nobody set, with TensorFlow Serving's words. */
  public static Failure unknownLabel(String label) {
    return new Failure(
        FailureCode.INVALID_ARGUMENT, "Unrecognized servable version label: " + label);
  }
}
