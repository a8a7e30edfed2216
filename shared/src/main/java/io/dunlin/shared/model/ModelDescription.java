package io.dunlin.shared.model;

import io.dunlin.shared.tensor.Signature;
import java.util.List;
import java.util.Optional;

/**
 * What a loaded model version offers.
 *
 * @param version which model and version
 * @param platform runtime name as V2 metadata gives it, such as {@code tensorflow_savedmodel}
 * @param signatures sorted by name
 */
public record ModelDescription(
    ModelVersionId version, String platform, List<Signature> signatures) {
  public Optional<Signature> signature(String name) {
    for (Signature signature : signatures) {
      if (signature.name().equals(name)) {
        return Optional.of(signature);
      }
    }
    return Optional.empty();
  }
}
