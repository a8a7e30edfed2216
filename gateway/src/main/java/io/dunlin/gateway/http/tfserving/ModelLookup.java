package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.NamedModel;
import io.dunlin.gateway.routing.Outlook;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.tensor.Signature;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Finds what a route names, or says with TensorFlow Serving's words that it is not there. */
final class ModelLookup {
  /**
   * A version that can answer now.
   *
   * @param version its entry in the snapshot
   * @param description what it offers
   * @param aliasEpoch of the alias, when it was asked for by label
   */
  record Available(ServedVersion version, ModelDescription description, @Nullable Long aliasEpoch) {
    /** The signature with that name, or the default one for an empty name. */
    Optional<Signature> signature(String name) {
      return description.signature(name.isEmpty() ? Signature.DEFAULT_NAME : name);
    }
  }

  private final ServedModels models;
  private final IntSupplier labelDraw;

  /**
   * @param labelDraw picks among the versions of a split alias, anew for each look-up
   */
  ModelLookup(ServedModels models, IntSupplier labelDraw) {
    this.models = models;
    this.labelDraw = labelDraw;
  }

  /**
   * The version for an inference or its metadata.
   *
   * @throws InferenceException NOT_FOUND for what nobody wants to be served, or what has failed;
   *     UNAVAILABLE for what cannot answer yet: still loading, or not known to a gateway that just
   *     joined
   */
  Available available(Route route) {
    ServedModel model = models.find(route.model()).orElse(null);
    Long wanted = route.version();
    Long epoch = null;
    if (route.label() != null) {
      ServedModel.Labelled behind = behind(model, route);
      wanted = behind.version();
      epoch = behind.epoch();
    }
    ServedVersion version = model == null ? null : pick(model, wanted);
    ModelDescription description = version == null ? null : version.description();
    if (version == null || description == null || !version.isAvailable()) {
      throw unavailable(route, wanted);
    }
    return new Available(version, description, epoch);
  }

  /** What a route names, for whoever has to judge a failure. */
  NamedModel named(Route route) {
    return new NamedModel(models, route.model(), route.version(), route.label());
  }

  private InferenceException unavailable(Route route, @Nullable Long wanted) {
    String request =
        "for request: "
            + (wanted == null
                ? "Latest(" + route.model() + ")"
                : "Specific(" + route.model() + ", " + wanted + ")");
    return switch (Outlook.of(models, route.model(), wanted)) {
      case Outlook.Coming coming -> notNow(request, coming.reason());
      case Outlook.Broken broken ->
          Failure.notFound("Servable not found " + request + ": " + broken.reason()).toException();
      case Outlook.Unknown unknown ->
          Failure.notFound("Servable not found " + request).toException();
    };
  }

  private static InferenceException notNow(String request, String reason) {
    return NamedModel.notNow("Servable not available " + request, reason).toException();
  }

  private ServedModel.Labelled behind(@Nullable ServedModel model, Route route) {
    String label = String.valueOf(route.label());
    if (model == null && !models.isComplete()) {
      throw unavailable(route, null);
    }
    return Optional.ofNullable(model)
        .flatMap(known -> known.behind(label, labelDraw.getAsInt()))
        .orElseThrow(() -> ServedModel.unknownLabel(label).toException());
  }

  private static @Nullable ServedVersion pick(ServedModel model, @Nullable Long wanted) {
    return (wanted == null ? model.latestAvailable() : model.version(wanted)).orElse(null);
  }

  /** The versions whose status is asked for, in whatever state, highest first; at least one. */
  List<ServedVersion> known(Route route) {
    ServedModel model = models.find(route.model()).orElse(null);
    if (model == null && !models.isComplete()) {
      throw unavailable(route, route.version());
    }
    if (model == null || model.versions().isEmpty()) {
      throw Failure.notFound("Could not find any versions of model " + route.model()).toException();
    }
    if (route.label() != null) {
      List<Long> behind = model.allBehind(route.label());
      if (behind.isEmpty()) {
        throw ServedModel.unknownLabel(route.label()).toException();
      }
      return behind.reversed().stream().map(number -> known(model, number)).toList();
    }
    Long wanted = route.version();
    return wanted == null ? model.versions() : List.of(known(model, wanted));
  }

  private static ServedVersion known(ServedModel model, long number) {
    return model
        .version(number)
        .orElseThrow(
            () ->
                Failure.notFound("Could not find version " + number + " of model " + model.name())
                    .toException());
  }

  /** The failure for a signature the version does not have. */
  static Failure unknownSignature(String name) {
    return Failure.invalidArgument(
        "Serving signature name: \""
            + (name.isEmpty() ? Signature.DEFAULT_NAME : name)
            + "\" not found in signature def");
  }
}
