package io.dunlin.gateway.routing;

import io.dunlin.gateway.routing.health.HealthSettings;
import io.dunlin.gateway.routing.health.ReplicaHealth;
import io.dunlin.gateway.routing.selection.ReplicaLoad;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the replica an attempt goes to, and the endpoint it is reached by. The order of what
 * counts: connected and not tried yet; a probe that is due; healthy; on a node every member can
 * reach; cheap. When none is healthy the ejected ones are asked after all, so the last replica is
 * never ejected (Envoy's panic threshold).
 *
 * <p>Thread-safe. What can be known before a request comes is worked out once for each routing
 * table, so routing takes no lock and allocates nothing.
 */
public final class ReplicaRouter {
  private final RoutingTables tables;
  private final NodeEndpoints endpoints;
  private final ReplicaSelector selector;
  private final HealthSettings healthSettings;
  private final ConcurrentHashMap<Seat, Standing> standings = new ConcurrentHashMap<>();
  private volatile Plan plan = new Plan(RoutingTable.EMPTY, new ConcurrentHashMap<>());

  /** A replica to ask, how to reach it, and where to book the attempt. */
  public record Target(
      ReplicaId replica,
      String nodeId,
      NodeAccess access,
      ReplicaLoad load,
      ReplicaHealth health,
      boolean suspect)
      implements ReplicaSelector.Candidate {
    public InferenceEndpoint endpoint() {
      return access.endpoint();
    }

    @Override
    public boolean isLocal() {
      return access.isLocal();
    }
  }

  /** How nodes are reached. */
  @FunctionalInterface
  public interface NodeEndpoints {
    /** The way to a node; null when there can be none. */
    @Nullable NodeAccess accessTo(RoutingTable.Route route);
  }

  /** A replica on a node: the same id on another node is another replica. */
  private record Seat(ReplicaId replica, String nodeId) {}

  private record Standing(ReplicaLoad load, ReplicaHealth health) {}

  private record Plan(
      RoutingTable table, ConcurrentHashMap<ModelVersionId, List<Target>> targets) {}

  public ReplicaRouter(
      RoutingTables tables,
      NodeEndpoints endpoints,
      ReplicaSelector selector,
      HealthSettings healthSettings) {
    this.tables = tables;
    this.endpoints = endpoints;
    this.selector = selector;
    this.healthSettings = healthSettings;
  }

  /**
   * @param tried replicas that already refused or lost this request; not chosen again
   * @return null when no READY replica can be reached that was not tried
   */
  public @Nullable Target route(ModelVersionId version, Set<ReplicaId> tried, long nowNanos) {
    return route(version, tried, true, nowNanos);
  }

  /** As {@link #route}, but null when every replica there is was ejected and no probe is due. */
  public @Nullable Target routeToHealthy(ModelVersionId version, long nowNanos) {
    return route(version, Set.of(), false, nowNanos);
  }

  private @Nullable Target route(
      ModelVersionId version, Set<ReplicaId> tried, boolean evenEjected, long nowNanos) {
    List<Target> all = targets(version);
    int size = all.size();
    if (size > ReplicaSelector.MAX_CANDIDATES) {
      all = window(all);
      size = all.size();
    }
    long reachable = 0;
    long healthy = 0;
    long trusted = 0;
    for (int i = 0; i < size; i++) {
      Target target = all.get(i);
      if (!target.access().isUp() || tried.contains(target.replica())) {
        continue;
      }
      reachable |= 1L << i;
      if (target.health().isHealthy()) {
        healthy |= 1L << i;
        trusted |= target.suspect() ? 0 : 1L << i;
      } else if (!target.suspect() && isProbed(target, nowNanos)) {
        return target;
      }
    }
    long choice = trusted != 0 ? trusted : healthy;
    if (choice == 0) {
      // Nobody is healthy, so there is nothing to lose by a probe to a node in doubt.
      for (long rest = reachable; rest != 0; rest &= rest - 1) {
        Target target = all.get(Long.numberOfTrailingZeros(rest));
        if (isProbed(target, nowNanos)) {
          return target;
        }
      }
    }
    long candidates = choice != 0 || !evenEjected ? choice : reachable;
    return candidates == 0 ? null : all.get(selector.select(all, candidates, nowNanos));
  }

  private static boolean isProbed(Target target, long nowNanos) {
    return target.health().isProbeDue(nowNanos) && target.health().tryProbe(nowNanos);
  }

  /** Why a request without a replica need not wait for one; null when one may come. */
  public @Nullable Failure hopeless(ModelVersionId version) {
    return tables.current().hopeless(version);
  }

  /** Whether {@link #route} would find one. */
  public boolean hasChoice(ModelVersionId version, Set<ReplicaId> tried) {
    for (Target target : targets(version)) {
      if (target.access().isUp() && !tried.contains(target.replica())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a request may have a second choice. */
  public boolean hasSeveral(ModelVersionId version) {
    return targets(version).size() > 1;
  }

  /** Forgets what was known of replicas that are gone; for whoever publishes routing tables. */
  public void forgetGone() {
    Set<Seat> present = new HashSet<>();
    for (List<RoutingTable.Route> routes : tables.current().routes().values()) {
      for (RoutingTable.Route route : routes) {
        present.add(new Seat(route.replica(), route.nodeId()));
      }
    }
    standings.keySet().retainAll(present);
  }

  /** Shows every replica that has a route now. */
  public void forEachTarget(Consumer<Target> viewer) {
    for (ModelVersionId version : tables.current().routes().keySet()) {
      targets(version).forEach(viewer);
    }
  }

  private List<Target> targets(ModelVersionId version) {
    RoutingTable table = tables.current();
    Plan current = plan;
    if (current.table() != table) {
      current = new Plan(table, new ConcurrentHashMap<>());
      plan = current;
    }
    List<Target> known = current.targets().get(version);
    return known != null ? known : compile(current, version);
  }

  private List<Target> compile(Plan current, ModelVersionId version) {
    List<RoutingTable.Route> routes = current.table().routesTo(version);
    if (routes.isEmpty()) {
      return List.of();
    }
    List<Target> targets = new ArrayList<>(routes.size());
    for (RoutingTable.Route route : routes) {
      NodeAccess access = endpoints.accessTo(route);
      if (access != null) {
        Standing standing =
            standings.computeIfAbsent(
                new Seat(route.replica(), route.nodeId()),
                seat -> new Standing(new ReplicaLoad(), new ReplicaHealth(healthSettings)));
        targets.add(
            new Target(
                route.replica(),
                route.nodeId(),
                access,
                standing.load(),
                standing.health(),
                route.suspect()));
      }
    }
    List<Target> compiled = List.copyOf(targets);
    current.targets().put(version, compiled);
    return compiled;
  }

  /** So many of a very large number, beginning anywhere. */
  private List<Target> window(List<Target> all) {
    int begin = selector.anyOf(all.size());
    List<Target> some = new ArrayList<>(ReplicaSelector.MAX_CANDIDATES);
    for (int i = 0; i < ReplicaSelector.MAX_CANDIDATES; i++) {
      some.add(all.get((begin + i) % all.size()));
    }
    return some;
  }
}
