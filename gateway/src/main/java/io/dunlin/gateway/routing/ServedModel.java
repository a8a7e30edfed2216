package io.dunlin.gateway.routing;

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
 * @param aliases label to version
 */
public record ServedModel(String name, List<ServedVersion> versions, Map<String, Long> aliases) {

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

  /** The failure for a label nobody set, with TensorFlow Serving's words. */
  public static Failure unknownLabel(String label) {
    return new Failure(
        FailureCode.INVALID_ARGUMENT, "Unrecognized servable version label: " + label);
  }
}
