package io.dunlin.node.placement;

import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds assignments that cannot be carried out any more: their node's memory went to something
 * else, such as a replica measured larger than declared, before they reserved theirs. What is
 * reserved is never evicted.
 */
final class Eviction {
  private Eviction() {}

  /** Takes back their memory and names them; the least important of a node go first. */
  static Set<ReplicaId> evict(PlanState state) {
    List<AssignedReplica> unreserved = new ArrayList<>();
    for (AssignedReplica assignment : state.snapshot().assignments()) {
      boolean waits = !assignment.reserved() && assignment.isPresent() && !assignment.isEnding();
      if (waits && state.find(assignment.node()) >= 0) {
        unreserved.add(assignment);
      }
    }
    unreserved.sort(leastImportant(state));
    Set<ReplicaId> evicted = new HashSet<>();
    for (AssignedReplica assignment : unreserved) {
      int node = state.indexOf(assignment.node());
      boolean overCommitted =
          state.freeDeviceBytes(node) < 0 && assignment.memory().deviceBytes() > 0
              || state.hostIsScarce(node) && assignment.memory().hostBytes() > 0;
      if (overCommitted) {
        state.forget(assignment, node);
        evicted.add(assignment.replica());
      }
    }
    return evicted;
  }

  /** Unwanted versions, then the lowest priority, then the highest id. */
  private static Comparator<AssignedReplica> leastImportant(PlanState state) {
    return Comparator.<AssignedReplica>comparingInt(
            a -> {
              VersionState version = state.findVersion(a.replica().version());
              return version == null ? Integer.MIN_VALUE : -version.desired().spec().priority();
            })
        .thenComparing(AssignedReplica::replica, Comparator.reverseOrder());
  }
}
