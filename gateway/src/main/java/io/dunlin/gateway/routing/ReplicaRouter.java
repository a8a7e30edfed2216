package io.dunlin.gateway.routing;

import io.dunlin.gateway.routing.selection.ReplicaLoad;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the replica an attempt goes to, and the endpoint it is reached by. Thread-safe. */
public final class ReplicaRouter {
  private final RoutingTables tables;
  private final NodeEndpoints endpoints;
  private final ReplicaSelector selector;
  private final ConcurrentHashMap<ReplicaId, ReplicaLoad> loads = new ConcurrentHashMap<>();

  /** A replica to ask, how to reach it, and where to book the attempt. */
  public record Target(ReplicaId replica, InferenceEndpoint endpoint, ReplicaLoad load) {}

  /** How nodes are reached. */
  @FunctionalInterface
  public interface NodeEndpoints {
    /** The endpoint for a node; empty while there is no way to it. */
    Optional<InferenceEndpoint> endpointOf(RoutingTable.Route route);
  }

  public ReplicaRouter(RoutingTables tables, NodeEndpoints endpoints, ReplicaSelector selector) {
    this.tables = tables;
    this.endpoints = endpoints;
    this.selector = selector;
  }

  /**
   * @param tried replicas that already refused or lost this request; not chosen again
   * @return nothing when no READY replica is left
   */
  public Optional<Target> route(ModelVersionId version, Set<ReplicaId> tried) {
    List<RoutingTable.Route> routes = tables.routesTo(version);
    if (routes.size() == 1 && tried.isEmpty()) {
      return target(routes.get(0));
    }
    List<Target> candidates = new ArrayList<>(routes.size());
    for (RoutingTable.Route route : routes) {
      if (!tried.contains(route.replica())) {
        target(route).ifPresent(candidates::add);
      }
    }
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(selector.select(candidates, Target::load));
  }

  private Optional<Target> target(RoutingTable.Route route) {
    return endpoints
        .endpointOf(route)
        .map(endpoint -> new Target(route.replica(), endpoint, loadOf(route.replica())));
  }

  private ReplicaLoad loadOf(ReplicaId replica) {
    ReplicaLoad load = loads.get(replica);
    return load != null ? load : loads.computeIfAbsent(replica, key -> new ReplicaLoad());
  }
}
