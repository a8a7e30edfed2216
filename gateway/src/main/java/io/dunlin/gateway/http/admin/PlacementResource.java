package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpecReader;
import io.dunlin.shared.model.SpecException;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /admin/v1/placement}: where replicas are, why, and what would happen if. */
final class PlacementResource {
  private final ObjectMapper json;
  private final Controller controller;
  private final ClusterPicture picture;
  private final PlacementView view;

  PlacementResource(ObjectMapper json, Controller controller, ClusterPicture picture) {
    this.json = json;
    this.controller = controller;
    this.picture = picture;
    this.view = new PlacementView(json);
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of("POST", "/admin/v1/placement/dry-run", (request, names) -> dryRun(request)),
        AdminRoute.of("GET", "/admin/v1/placement", (request, names) -> Seen.done(all())),
        AdminRoute.of("GET", "/admin/v1/placement/{model}", (request, n) -> one(n.get(0))));
  }

  private AdminResponse all() {
    ClusterSnapshot snapshot = Seen.now(picture);
    ObjectNode body = json.createObjectNode();
    ArrayNode models = body.putArray("models");
    snapshot.catalog().values().stream()
        .filter(entry -> !entry.deleted())
        .sorted(Comparator.comparing(entry -> entry.spec().name()))
        .forEach(entry -> models.add(view.observed(snapshot, entry)));
    return AdminResponse.ok(body);
  }

  /**
   * The controller's decision record; while it does not answer, what this gateway sees itself, and
   * that the reasons are missing: where things are is worth telling most when something is wrong.
   */
  private CompletionStage<AdminResponse> one(String model) {
    ClusterSnapshot snapshot = Seen.now(picture);
    CatalogEntry entry = Seen.entry(snapshot, model);
    return controller
        .explain(model)
        .handle(
            (report, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedFuture(
                    AdminResponse.ok(view.explained(snapshot, report))
                        .withRevision(report.revision()));
              }
              String unavailable = unavailable(failure);
              if (unavailable == null) {
                return CompletableFuture.<AdminResponse>failedFuture(failure);
              }
              ObjectNode body = view.observed(snapshot, entry);
              body.put("unexplained", unavailable);
              return CompletableFuture.completedFuture(
                  AdminResponse.ok(body).withRevision(entry.revision()));
            })
        .thenCompose(stage -> stage);
  }

  /** What is said when the controller is away; null for any other failure. */
  private static @Nullable String unavailable(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof InferenceException refused
            && refused.failure().code() == FailureCode.UNAVAILABLE
        ? refused.failure().message()
        : null;
  }

  private CompletionStage<AdminResponse> dryRun(AdminRequest request) {
    ObjectNode body = Bodies.object(request, Set.of("spec", "lostNodes"));
    ModelSpec spec = spec(body.path("spec"));
    List<String> lost = lostNodes(body.path("lostNodes"));
    if (spec == null && lost.isEmpty()) {
      throw Bodies.invalid("request body: " + body + " (expected: spec, lostNodes, or both)");
    }
    return controller
        .dryRun(replyTo -> new ControlProtocol.DryRun(spec, lost, replyTo))
        .thenApply(report -> AdminResponse.ok(view.dryRun(report)));
  }

  private static @Nullable ModelSpec spec(JsonNode document) {
    if (document.isMissingNode() || document.isNull()) {
      return null;
    }
    try {
      return ModelSpecReader.standalone().readTree(document);
    } catch (SpecException e) {
      throw Bodies.invalid("spec: " + e.getMessage());
    }
  }

  private List<String> lostNodes(JsonNode names) {
    if (names.isMissingNode() || names.isNull()) {
      return List.of();
    }
    if (!names.isArray()) {
      throw Bodies.invalid("lostNodes: " + names + " (expected: an array of node ids)");
    }
    List<String> known = Seen.nodeIds(Seen.now(picture));
    List<String> lost = new ArrayList<>();
    for (JsonNode name : names) {
      if (!name.isTextual() || !known.contains(name.asText())) {
        throw Bodies.invalid("lostNodes: " + name + " (expected: some of " + known + ")");
      }
      lost.add(name.asText());
    }
    return lost;
  }
}
