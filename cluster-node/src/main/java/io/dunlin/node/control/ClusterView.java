package io.dunlin.node.control;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Everything one pass of the controller decides upon, frozen.
 *
 * @param catalog desired state by model
 * @param assignments where replicas were told to live
 * @param unconfirmed assignments whose write is under way: nothing is started for them yet
 * @param nodes reports of the members' present runs, reachable or not
 * @param conditions whether each of those takes replicas
 * @param awaited nodes that hold assignments and have not been seen since the cluster began; what
 *     was assigned to them waits for them a while
 * @param retries FAILED replicas whose next attempt is due
 * @param memory what is known of the memory of versions
 * @param stopping replicas that were told to stop; their reports may not show it yet, and nothing
 *     may rely on them any more
 */
public record ClusterView(
    Map<String, CatalogEntry> catalog,
    Map<ReplicaId, Assignment> assignments,
    Set<ReplicaId> unconfirmed,
    Map<String, NodeReport> nodes,
    Map<String, Condition> conditions,
    Set<String> awaited,
    Set<ReplicaId> retries,
    Memory memory,
    Set<ReplicaId> stopping) {

  /**
   * What is known of the memory of versions.
   *
   * @param measured the most a READY replica of the version was seen to hold
   * @param artifactBytes size of the version's files
   */
  public record Memory(
      Map<ModelVersionId, MemoryDemand> measured, Map<ModelVersionId, Long> artifactBytes) {
    public static final Memory UNKNOWN = new Memory(Map.of(), Map.of());
  }

  /**
   * A replica and the node that reports it.
   *
   * @param told whether it was told to stop
   */
  public record Observed(String nodeId, ReplicaReport report, boolean told) {
    /** Whether it is on its way out, be it that only we know. */
    boolean isEnding() {
      return told || isSeenEnding(report.state());
    }

    /** Whether it says so itself. */
    boolean isSeenEnding() {
      return isSeenEnding(report.state());
    }

    static boolean isSeenEnding(ReplicaState state) {
      return switch (state) {
        case DRAINING, UNLOADING, UNLOADED -> true;
        case PENDING, LOADING, WARMING, READY, FAILED -> false;
      };
    }

    /** Its state, as far as plans may rely on it. */
    ReplicaState state() {
      return told && !isSeenEnding() ? ReplicaState.DRAINING : report.state();
    }
  }

  /**
   * Every replica some member holds. Of two reports of one replica that of the node it is assigned
   * to counts, else that of the node that can be reached, else the one further on.
   */
  public Map<ReplicaId, Observed> observed() {
    Map<ReplicaId, Observed> observed = new HashMap<>();
    nodes.forEach(
        (id, node) -> {
          for (ReplicaReport report : node.replicas()) {
            Observed seen = new Observed(id, report, stopping.contains(report.replica()));
            observed.merge(report.replica(), seen, this::better);
          }
        });
    return observed;
  }

  private Observed better(Observed one, Observed other) {
    Assignment assignment = assignments.get(one.report().replica());
    if (assignment != null && assignment.nodeId().equals(one.nodeId())) {
      return one;
    }
    if (assignment != null && assignment.nodeId().equals(other.nodeId())) {
      return other;
    }
    if (isReachable(one.nodeId()) != isReachable(other.nodeId())) {
      return isReachable(one.nodeId()) ? one : other;
    }
    int order = one.report().state().compareTo(other.report().state());
    if (order != 0) {
      return order > 0 ? one : other;
    }
    return one.nodeId().compareTo(other.nodeId()) <= 0 ? one : other;
  }

  Condition condition(String nodeId) {
    return conditions.getOrDefault(nodeId, Condition.UNREACHABLE);
  }

  boolean isReachable(String nodeId) {
    return nodes.containsKey(nodeId) && condition(nodeId) != Condition.UNREACHABLE;
  }

  /** Whether an assignment to this node will never be carried out: nobody has that name. */
  boolean isLost(String nodeId) {
    return !nodes.containsKey(nodeId) && !awaited.contains(nodeId);
  }

  /** Whether the replica serves, on a node that can be reached. */
  static boolean serves(ClusterView view, Observed observed) {
    return observed.state() == ReplicaState.READY && view.isReachable(observed.nodeId());
  }
}
