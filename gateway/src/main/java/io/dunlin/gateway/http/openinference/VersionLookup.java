package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which version a request means: the one it names, by number or alias, else the latest available.
 * Failures use the words Triton's clients look for.
 */
final class VersionLookup {
  private final ServedModels models;
  private final IntSupplier labelDraw;

  /**
   * @param labelDraw picks among the versions of a split alias, anew for each look-up
   */
  VersionLookup(ServedModels models, IntSupplier labelDraw) {
    this.models = models;
    this.labelDraw = labelDraw;
  }

  /**
   * A version that can answer.
   *
   * @param aliasEpoch of the alias, when it was asked for by label
   */
  record Found(
      ServedModel model,
      ServedVersion version,
      ModelDescription description,
      @Nullable Long aliasEpoch) {
    ModelVersionId id() {
      return new ModelVersionId(model.name(), version.version());
    }
  }

  /**
   * @throws InferenceException NOT_FOUND when there is no such model or version or nothing of the
   *     model is available; UNAVAILABLE when the named version cannot answer now
   */
  Found available(String name, @Nullable String version) {
    ServedModel model = model(name);
    ServedVersion found;
    Long epoch = null;
    if (version == null) {
      found =
          model
              .latestAvailable()
              .orElseThrow(
                  () ->
                      new InferenceException(
                          FailureCode.NOT_FOUND, unknown(name) + " has no available versions"));
    } else if (isNumber(version)) {
      found = version(model, version);
    } else {
      ServedModel.Labelled behind =
          model
              .behind(version, labelDraw.getAsInt())
              .orElseThrow(() -> unknownVersion(model, version));
      epoch = behind.epoch();
      found = model.version(behind.version()).orElseThrow(() -> unknownVersion(model, version));
    }
    ModelDescription description = found.description();
    if (!found.isAvailable() || description == null) {
      throw new InferenceException(
          FailureCode.UNAVAILABLE,
          unknown(name)
              + " version "
              + version
              + " is not at ready state"
              + (found.reason().isEmpty() ? "" : ": " + found.reason()));
    }
    return new Found(model, found, description, epoch);
  }

  /**
   * A model somebody asked to be served, whatever its state.
   *
   * @throws InferenceException NOT_FOUND
   */
  ServedModel model(String name) {
    return models
        .find(name)
        .orElseThrow(
            () -> new InferenceException(FailureCode.NOT_FOUND, unknown(name) + " is not found"));
  }

  /**
   * A version in any state.
   *
   * @throws InferenceException NOT_FOUND
   */
  ServedVersion version(ServedModel model, String version) {
    return find(model, version).orElseThrow(() -> unknownVersion(model, version));
  }

  private static InferenceException unknownVersion(ServedModel model, String version) {
    return new InferenceException(
        FailureCode.NOT_FOUND, unknown(model.name()) + " version " + version + " is not found");
  }

  /**
   * A version in any state, by number or alias; of a split alias the one with the largest share
   * that can answer.
   */
  static Optional<ServedVersion> find(ServedModel model, String version) {
    if (!isNumber(version)) {
      return model.mainBehind(version).flatMap(model::version);
    }
    try {
      return model.version(Long.parseLong(version));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static String unknown(String model) {
    return "Request for unknown model: '" + model + "'";
  }
}
