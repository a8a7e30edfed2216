package io.dunlin.node.control;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one incarnation of the controller knows: its copies of the tables, the members, and what it
 * has learnt since it began. Losing all of it costs nothing but time: the tables hold the rest.
 */
final class ControlState {
  /** Longer than any picture of a table is on its way to this process. */
  private static final long STALE_FOR_MILLIS = 60_000;

  /** A replica told to stop that still serves after this, told again meanwhile, counts again. */
  private static final long STOP_DOUBTED_MILLIS = 10_000;

  private final CatalogKeeper catalog = new CatalogKeeper();
  private final Map<ReplicaId, Assignment> assignments = new HashMap<>();
  private final Set<ReplicaId> unconfirmed = new HashSet<>();

  /** Assignments that an earlier incarnation wrote, and this one has not touched. */
  private final Set<ReplicaId> inherited = new HashSet<>();

  /** Assignments this incarnation took back, and when. */
  private final Map<ReplicaId, Long> takenBackMillis = new HashMap<>();

  /** Replicas that were told to stop, and when first. */
  private final Map<ReplicaId, Long> stopToldMillis = new HashMap<>();

  private final Map<String, NodeOrder> orders = new HashMap<>();
  private final RetrySchedule retries = new RetrySchedule();
  private final MemoryBook memory = new MemoryBook();
  private final long beganMillis;
  private final Duration returnGrace;
  private Map<String, NodeReport> reports = Map.of();
  private Members members = new Members(Map.of());

  /**
   * @param beganMillis when this incarnation began
   * @param returnGrace how long it waits for nodes that were not seen since
   */
  ControlState(long beganMillis, Duration returnGrace) {
    this.beganMillis = beganMillis;
    this.returnGrace = returnGrace;
  }

  CatalogKeeper catalog() {
    return catalog;
  }

  Members members() {
    return members;
  }

  void membersAre(Members now) {
    members = now;
  }

  void reportsAre(Map<String, NodeReport> now) {
    reports = now;
  }

  /**
   * Takes in a picture of the table, which may be older than what was done since. What this
   * incarnation wrote or took back it knows better; all else was written by an earlier one, and is
   * there as long as the table has it. A ghost would be counted as a replica, and never come.
   */
  void assignmentsRead(Map<String, Assignment> entries) {
    inherited.removeIf(
        replica -> {
          boolean gone = !entries.containsKey(replica.entityId());
          if (gone) {
            assignments.remove(replica);
          }
          return gone;
        });
    entries.forEach(
        (id, entry) -> {
          ReplicaId replica = ReplicaId.ofEntityId(id);
          if (!takenBackMillis.containsKey(replica)
              && assignments.putIfAbsent(replica, entry) == null) {
            inherited.add(replica);
          }
        });
  }

  void ordersRead(Map<String, NodeOrder> entries) {
    entries.forEach(
        (node, order) ->
            orders.merge(
                node, order, (own, read) -> read.since().isAfter(own.since()) ? read : own));
  }

  /**
   * Gives an order to the present run of a node; empty when there is no such node.
   *
   * @param until when a drain is given up
   */
  Optional<NodeOrder> order(String nodeId, boolean draining, Instant now, Instant until) {
    NodeReport node = nodes().get(nodeId);
    if (node == null) {
      return Optional.empty();
    }
    NodeOrder order = new NodeOrder(node.incarnation(), draining, now, until, List.of(), false);
    orders.put(nodeId, order);
    return Optional.of(order);
  }

  /** The order of a node's present run to drain, if there is one. */
  Optional<NodeOrder> drain(String nodeId) {
    NodeReport node = nodes().get(nodeId);
    return Optional.ofNullable(orders.get(nodeId))
        .filter(order -> order.draining() && node != null)
        .filter(order -> node != null && order.incarnation() == node.incarnation());
  }

  void progressed(String nodeId, NodeOrder order) {
    orders.put(nodeId, order);
  }

  /** The assignment counts at once, but nothing is started for it until {@link #written}. */
  void assigned(ReplicaId replica, Assignment assignment) {
    inherited.remove(replica);
    takenBackMillis.remove(replica);
    stopToldMillis.remove(replica);
    Assignment before = assignments.put(replica, assignment);
    if (before == null || !before.nodeId().equals(assignment.nodeId())) {
      unconfirmed.add(replica);
    }
  }

  boolean isAssigned(ReplicaId replica) {
    return assignments.containsKey(replica);
  }

  void unassigned(ReplicaId replica, long nowMillis) {
    assignments.remove(replica);
    inherited.remove(replica);
    takenBackMillis.put(replica, nowMillis);
    unconfirmed.remove(replica);
  }

  /** From now on nothing relies on it, until reports show what became of it. */
  void stopTold(ReplicaId replica, long nowMillis) {
    stopToldMillis.putIfAbsent(replica, nowMillis);
  }

  void written(ReplicaId replica) {
    unconfirmed.remove(replica);
  }

  void repositorySeen(ControlProtocol.RepositorySeen seen) {
    seen.models().forEach(memory::found);
  }

  /** The reports of the members' present runs. */
  Map<String, NodeReport> nodes() {
    return members.nodes(reports.values());
  }

  /** Nodes that can be reached, by id. */
  Set<String> liveNodes() {
    Map<String, NodeReport> nodes = nodes();
    Map<String, Condition> conditions = members.conditions(nodes, orders);
    Set<String> live = new TreeSet<>(nodes.keySet());
    live.removeIf(node -> conditions.get(node) == Condition.UNREACHABLE);
    return live;
  }

  ClusterView view(long nowMillis) {
    return view(nowMillis, true);
  }

  /** The same for a question: no retry is counted as made. */
  ClusterView viewForQuestion(long nowMillis) {
    return view(nowMillis, false);
  }

  private ClusterView view(long nowMillis, boolean retry) {
    Map<String, NodeReport> nodes = nodes();
    memory.observed(nodes.values());
    takenBackMillis.values().removeIf(millis -> nowMillis - millis > STALE_FOR_MILLIS);
    stopToldMillis.values().removeIf(millis -> nowMillis - millis > STOP_DOUBTED_MILLIS);
    stopToldMillis.keySet().retainAll(alive(nodes.values()));
    return new ClusterView(
        new TreeMap<>(catalog.entries()),
        Map.copyOf(assignments),
        Set.copyOf(unconfirmed),
        nodes,
        members.conditions(nodes, orders),
        nowMillis - beganMillis < returnGrace.toMillis() ? unseen() : Set.of(),
        retry ? retries.due(nodes.values(), nowMillis) : Set.of(),
        memory.known(catalog.entries()),
        Set.copyOf(stopToldMillis.keySet()));
  }

  /** Replicas that somebody reports and that do not say that they end. */
  private static Set<ReplicaId> alive(Collection<NodeReport> nodes) {
    Set<ReplicaId> alive = new HashSet<>();
    for (NodeReport node : nodes) {
      for (ReplicaReport report : node.replicas()) {
        if (!ClusterView.Observed.isSeenEnding(report.state())) {
          alive.add(report.replica());
        }
      }
    }
    return alive;
  }

  /** Nodes with assignments that have not reported since the cluster began. */
  private Set<String> unseen() {
    Set<String> unseen = new HashSet<>();
    assignments.values().forEach(assignment -> unseen.add(assignment.nodeId()));
    unseen.removeAll(reports.keySet());
    return unseen;
  }
}
