package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The admin port's resources, as one table of routes.
 *
 * <p>Reads are answered from this gateway's own picture of the cluster, so they work while the
 * controller is away; what only the controller knows says so. Writes go to the controller.
 */
public final class AdminApi {
  private final List<AdminRoute> routes;

  /** Whether this process lives and takes requests. */
  public interface Health {
    /** Empty when ready; else why not. */
    String notReadyBecause();
  }

  /**
   * What the admin port shows and changes.
   *
   * @param models what this gateway can reach
   * @param picture what it sees of the cluster
   * @param controller the one writer of desired state
   * @param history what it saw happen
   * @param health of this process
   * @param metrics for {@code /metrics}
   * @param clock for ages
   */
  public record Sources(
      ServedModels models,
      ClusterPicture picture,
      ControllerEndpoint controller,
      EventHistory history,
      Health health,
      TextSource metrics,
      InstantSource clock) {}

  public AdminApi(Sources sources) {
    ObjectMapper json = new ObjectMapper();
    Controller controller = new Controller(sources.controller(), sources.picture());
    ModelWrites writes = new ModelWrites(json, controller, sources.picture());
    AliasResource aliases = new AliasResource(json, controller, sources.picture());
    ModelViews models = new ModelViews(json, sources.models(), sources.picture());
    NodeResource nodes = new NodeResource(json, controller, sources.picture(), sources.clock());
    PlacementResource placement = new PlacementResource(json, controller, sources.picture());
    OperationResource operations = new OperationResource(json, sources.picture());
    EventResource events = new EventResource(json, sources.history());
    ProcessResource process = new ProcessResource(json, sources.health(), sources.metrics());
    List<AdminRoute> all = new ArrayList<>();
    all.addAll(process.routes());
    all.addAll(nodes.routes());
    all.addAll(models.routes());
    all.addAll(writes.routes());
    all.addAll(aliases.routes());
    all.addAll(placement.routes());
    all.addAll(operations.routes());
    all.addAll(events.routes());
    this.routes = List.copyOf(all);
  }

  /** Every method of every resource, for the description's test. */
  List<AdminRoute> routes() {
    return routes;
  }

  /** Answers; fails with an {@link InferenceException} for what the caller did wrong. */
  CompletionStage<AdminResponse> handle(AdminRequest request) {
    Set<String> allowed = new LinkedHashSet<>();
    for (AdminRoute route : routes) {
      Optional<List<String>> names = route.match(request.segments());
      if (names.isPresent()) {
        if (route.method().equals(request.method())) {
          return route.handler().answer(request, names.get());
        }
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw Failure.notFound("path: " + request.path() + " is not a resource of this port")
          .toException();
    }
    return CompletableFuture.completedFuture(notAllowed(request, allowed));
  }

  private static AdminResponse notAllowed(AdminRequest request, Set<String> allowed) {
    String methods = String.join(", ", allowed);
    return AdminResponse.failure(
            new ObjectMapper(),
            new Failure(
                FailureCode.METHOD_NOT_ALLOWED,
                "method: " + request.method() + " (expected: " + methods + ")"))
        .withHeader("Allow", methods);
  }
}
