package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.NamedModel;
import io.dunlin.gateway.routing.Outlook;
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
   * @throws InferenceException NOT_FOUND when nobody wants such a model or version, or all of the
   *     model has failed; UNAVAILABLE when it cannot answer now
   */
  Found available(String name, @Nullable String version) {
    ServedModel model = model(name);
    Long epoch = null;
    Optional<ServedVersion> found;
    if (version == null) {
      found = model.latestAvailable();
    } else if (isNumber(version)) {
      found = find(model, version);
    } else {
      ServedModel.Labelled behind =
          model
              .behind(version, labelDraw.getAsInt())
              .orElseThrow(() -> unknownVersion(model, version));
      epoch = behind.epoch();
      found = model.version(behind.version());
    }
    ServedVersion served = found.orElse(null);
    ModelDescription description = served == null ? null : served.description();
    if (served == null || description == null || !served.isAvailable()) {
      throw unavailable(model, version);
    }
    return new Found(model, served, description, epoch);
  }

  private InferenceException unavailable(ServedModel model, @Nullable String version) {
    String what =
        version == null
            ? unknown(model.name()) + " has no available versions"
            : unknown(model.name()) + " version " + version + " is not at ready state";
    return switch (named(model.name(), version).outlook()) {
      case Outlook.Coming coming -> NamedModel.notNow(what, coming.reason()).toException();
      case Outlook.Broken broken ->
          // Triton's statuses: not there without a version, not ready with one
          version == null
              ? new InferenceException(FailureCode.NOT_FOUND, what + ": " + broken.reason())
              : NamedModel.notNow(what, broken.reason()).toException();
      case Outlook.Unknown unknown -> unknownVersion(model, String.valueOf(version));
    };
  }

  /** What a request names, for whoever has to judge a failure. */
  NamedModel named(String name, @Nullable String version) {
    if (version == null || !isNumber(version)) {
      return new NamedModel(models, name, null, version);
    }
    try {
      return new NamedModel(models, name, Long.parseLong(version), null);
    } catch (NumberFormatException e) {
      // beyond any version there can be
      return new NamedModel(models, name, Long.MAX_VALUE, null);
    }
  }

  /**
   * A model somebody asked to be served, whatever its state.
   *
   * @throws InferenceException NOT_FOUND; UNAVAILABLE while this gateway does not know yet
   */
  ServedModel model(String name) {
    return models.find(name).orElseThrow(() -> noSuchModel(name));
  }

  private InferenceException noSuchModel(String name) {
    String what = unknown(name) + " is not found";
    return Outlook.of(models, name, null) instanceof Outlook.Coming coming
        ? NamedModel.notNow(what, coming.reason()).toException()
        : new InferenceException(FailureCode.NOT_FOUND, what);
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
