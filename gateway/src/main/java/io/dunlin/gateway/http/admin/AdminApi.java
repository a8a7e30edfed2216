package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The admin port's resources. Reads are answered from this gateway's own picture of the cluster, so
 * they work while the controller is away.
 */
public final class AdminApi {
  private static final List<String> V1 = List.of("admin", "v1");

  private final ServedModels models;
  private final Supplier<@Nullable ClusterSnapshot> cluster;
  private final Health health;
  private final AdminViews views;
  private final ObjectMapper json = new ObjectMapper();

  /** Whether this process lives and takes requests. */
  public interface Health {
    /** Empty when ready; else why not. */
    String notReadyBecause();
  }

  public AdminApi(ServedModels models, Supplier<@Nullable ClusterSnapshot> cluster, Health health) {
    this.models = models;
    this.cluster = cluster;
    this.health = health;
    this.views = new AdminViews(json);
  }

  /** Answers; fails with an {@link InferenceException} for what the caller did wrong. */
  CompletionStage<AdminResponse> handle(AdminRequest request) {
    List<String> path = request.segments();
    if (path.size() >= 2 && path.subList(0, 2).equals(V1)) {
      return resource(request, path.subList(2, path.size()));
    }
    if (path.equals(List.of("health", "live"))) {
      return get(request, () -> views.live());
    }
    if (path.equals(List.of("health", "ready"))) {
      requireGet(request);
      return done(views.ready(health.notReadyBecause()));
    }
    throw notFound(request);
  }

  private CompletionStage<AdminResponse> resource(AdminRequest request, List<String> path) {
    String collection = path.isEmpty() ? "" : path.get(0);
    return switch (collection) {
      case "cluster" -> onlyRoot(request, path, () -> views.cluster(snapshot()));
      case "nodes" -> nodes(request, path);
      case "models" -> models(request, path);
      case "placement" -> placement(request, path);
      default -> throw notFound(request);
    };
  }

  private CompletionStage<AdminResponse> nodes(AdminRequest request, List<String> path) {
    if (path.size() == 1) {
      return get(request, () -> views.nodes(snapshot()));
    }
    if (path.size() == 2) {
      return get(request, () -> views.node(snapshot(), node(path.get(1))));
    }
    throw notFound(request);
  }

  private CompletionStage<AdminResponse> models(AdminRequest request, List<String> path) {
    if (path.size() == 1) {
      return get(request, () -> views.models(snapshot(), models.all()));
    }
    if (path.size() == 2) {
      requireGet(request);
      ServedModel model = model(path.get(1));
      return done(views.modelWithRevision(snapshot(), model));
    }
    throw notFound(request);
  }

  private CompletionStage<AdminResponse> placement(AdminRequest request, List<String> path) {
    if (path.size() == 1) {
      return get(request, () -> views.placement(snapshot(), models.all()));
    }
    if (path.size() == 2) {
      return get(request, () -> views.placement(snapshot(), model(path.get(1))));
    }
    throw notFound(request);
  }

  private CompletionStage<AdminResponse> onlyRoot(
      AdminRequest request, List<String> path, Supplier<ObjectNode> body) {
    if (path.size() != 1) {
      throw notFound(request);
    }
    return get(request, body);
  }

  private CompletionStage<AdminResponse> get(AdminRequest request, Supplier<ObjectNode> body) {
    requireGet(request);
    return done(AdminResponse.ok(body.get()));
  }

  private static void requireGet(AdminRequest request) {
    if (!request.method().equals("GET")) {
      throw new InferenceException(
          FailureCode.METHOD_NOT_ALLOWED, "method: " + request.method() + " (expected: GET)");
    }
  }

  private ClusterSnapshot snapshot() {
    ClusterSnapshot snapshot = cluster.get();
    if (snapshot == null) {
      throw new InferenceException(
          FailureCode.UNAVAILABLE, "this gateway has not joined a cluster yet");
    }
    return snapshot;
  }

  private ServedModel model(String name) {
    return models
        .find(name)
        .orElseThrow(() -> Failure.notFound("model '" + name + "' is not deployed").toException());
  }

  private NodeReport node(String id) {
    return snapshot().nodes().stream()
        .filter(report -> report.nodeId().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.notFound(
                        "node: '"
                            + id
                            + "' (expected: one of "
                            + snapshot().nodes().stream().map(NodeReport::nodeId).sorted().toList()
                            + ")")
                    .toException());
  }

  private static InferenceException notFound(AdminRequest request) {
    return Failure.notFound(
            "path: /" + String.join("/", request.segments()) + " is not a resource of this port")
        .toException();
  }

  private static CompletionStage<AdminResponse> done(AdminResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
