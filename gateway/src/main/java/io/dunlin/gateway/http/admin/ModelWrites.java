package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.OperationId;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelNames;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpecPatch;
import io.dunlin.shared.model.ModelSpecReader;
import io.dunlin.shared.model.SpecException;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Writes of {@code /admin/v1/models/{model}}. */
final class ModelWrites {
  /** How often a patch that names no revision is put on a newer spec than it was made from. */
  private static final int PATCH_ATTEMPTS = 4;

  private static final Duration NEWER_WITHIN = Duration.ofSeconds(1);

  private final ObjectMapper json;
  private final Controller controller;
  private final ClusterPicture picture;

  ModelWrites(ObjectMapper json, Controller controller, ClusterPicture picture) {
    this.json = json;
    this.controller = controller;
    this.picture = picture;
  }

  List<AdminRoute> routes() {
    String template = "/admin/v1/models/{model}";
    return List.of(
        AdminRoute.of("PUT", template, (request, names) -> put(request, names.get(0))),
        AdminRoute.of("PATCH", template, (request, names) -> patch(request, names.get(0))),
        AdminRoute.of("DELETE", template, (request, names) -> delete(request, names.get(0))));
  }

  private CompletionStage<AdminResponse> put(AdminRequest request, String model) {
    if (!ModelNames.isValid(model)) {
      throw Bodies.invalid(
          "model name: '"
              + model
              + "' (expected: 1 to "
              + ModelNames.MAX_LENGTH
              + " of letters, digits, '-', '_', '.', not beginning with '.')");
    }
    ModelSpec spec = spec(request, model);
    Long revision =
        Preconditions.of(request).insistOn(model, Seen.now(picture).catalog().get(model));
    return deploy(spec, revision);
  }

  private static ModelSpec spec(AdminRequest request, String model) {
    String text = Bodies.text(request);
    ModelSpecReader reader = ModelSpecReader.forModel(model);
    try {
      return Bodies.isYaml(request, text) ? reader.readYaml(text) : reader.readJson(text);
    } catch (SpecException e) {
      throw Bodies.invalid(String.valueOf(e.getMessage()));
    }
  }

  private CompletionStage<AdminResponse> patch(AdminRequest request, String model) {
    Preconditions conditions = Preconditions.of(request);
    CatalogEntry entry = Seen.entry(Seen.now(picture), model);
    Long revision = conditions.insistOn(model, entry);
    if (revision != null && revision < entry.revision()) {
      throw new InferenceException(
          FailureCode.STALE_REVISION,
          "revision: "
              + revision
              + " (expected: "
              + entry.revision()
              + ", the current one of model '"
              + model
              + "')");
    }
    return revision != null && revision > entry.revision()
        ? whenShown(model, revision).thenCompose(newer -> deploy(patched(request, newer), revision))
        : patch(request, entry, revision, PATCH_ATTEMPTS);
  }

  /** Puts the patch on the spec it was read from, and on a newer one when that is stale. */
  private CompletionStage<AdminResponse> patch(
      AdminRequest request, CatalogEntry entry, @Nullable Long insist, int attemptsLeft) {
    return deploy(patched(request, entry), entry.revision())
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(answer);
              }
              if (insist != null || attemptsLeft <= 1 || !isStale(failure)) {
                return CompletableFuture.<AdminResponse>failedFuture(failure);
              }
              return whenShown(entry.spec().name(), entry.revision() + 1)
                  .thenCompose(newer -> patch(request, newer, null, attemptsLeft - 1));
            })
        .thenCompose(stage -> stage);
  }

  private CompletionStage<CatalogEntry> whenShown(String model, long revision) {
    return picture
        .shows(
            snapshot -> {
              CatalogEntry entry = snapshot.catalog().get(model);
              return entry != null && entry.revision() >= revision;
            },
            NEWER_WITHIN)
        .thenApply(shown -> Seen.entry(Seen.now(picture), model));
  }

  private static boolean isStale(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof InferenceException refused
        && refused.failure().code() == FailureCode.STALE_REVISION;
  }

  private static ModelSpec patched(AdminRequest request, CatalogEntry entry) {
    try {
      return ModelSpecPatch.apply(entry.spec(), Bodies.text(request));
    } catch (SpecException e) {
      throw Bodies.invalid(String.valueOf(e.getMessage()));
    }
  }

  private CompletionStage<AdminResponse> deploy(ModelSpec spec, @Nullable Long revision) {
    return controller
        .change(replyTo -> new ControlProtocol.Deploy(spec, revision, replyTo))
        .thenApply(
            accepted -> answer(accepted, new OperationId.Deploy(spec.name(), accepted.revision())));
  }

  private CompletionStage<AdminResponse> delete(AdminRequest request, String model) {
    Bodies.requireNone(request);
    Long revision =
        Preconditions.of(request).insistOn(model, Seen.now(picture).catalog().get(model));
    return controller
        .change(replyTo -> new ControlProtocol.Undeploy(model, revision, replyTo))
        .thenApply(
            accepted -> answer(accepted, new OperationId.Undeploy(model, accepted.revision())));
  }

  private AdminResponse answer(ControlProtocol.Accepted accepted, OperationId operation) {
    ObjectNode body = json.createObjectNode();
    body.put("model", operation.target()).put("revision", accepted.revision());
    return AcceptedAnswer.of(body, operation).withRevision(accepted.revision());
  }
}
