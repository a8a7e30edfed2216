package io.dunlin.node.placement;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.filter.Filters;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides what becomes of the replicas a version has already, before any is placed: which stay,
 * which leave and why, and how many are missing.
 *
 * <p>A replica leaves when its node drains or no longer suits the spec, when it was loaded with
 * what has changed since, when its successor is assigned, or when there are more than wanted. One
 * on an unreachable node stays: membership decides about nodes, not placement. One on a node that
 * is not in the snapshot is lost, and missing.
 */
final class Triage {
  private final PlanState state;
  private final Filters filters;
  private final Set<ReplicaId> evicted;

  /**
   * @param evicted replicas that never reserved their memory and no longer fit
   */
  Triage(PlanState state, Filters filters, Set<ReplicaId> evicted) {
    this.state = state;
    this.filters = filters;
    this.evicted = evicted;
  }

  /**
   * @param staying by replica
   * @param leaving by replica
   * @param missing replicas to place
   */
  record Result(
      VersionState version, List<AssignedReplica> staying, List<Leaving> leaving, int missing) {
    Set<ReplicaId> stayingIds() {
      return staying.stream().map(AssignedReplica::replica).collect(Collectors.toSet());
    }

    /** Replicas that others wait for. */
    Set<ReplicaId> successors() {
      return leaving.stream()
          .flatMap(leaves -> leaves.successor().stream())
          .collect(Collectors.toSet());
    }

    boolean someReadyStays() {
      return staying.stream().anyMatch(a -> a.state() == ReplicaState.READY);
    }

    /** Those that stay and are not READY yet. */
    List<ReplicaId> notReady() {
      return staying.stream()
          .filter(a -> a.state() != ReplicaState.READY)
          .map(AssignedReplica::replica)
          .toList();
    }
  }

  /**
   * @param successor the replica assigned to take over, when there is one already
   * @param cause why it leaves
   */
  record Leaving(
      AssignedReplica assignment, Optional<ReplicaId> successor, Cause cause, String reason) {
    /** Whether it is to go on until something takes its place. */
    boolean wantsSuccessor() {
      return successor.isEmpty()
          && (cause == Cause.DRAINING || cause == Cause.UNSUITED || cause == Cause.OUTDATED);
    }
  }

  /** Why a replica leaves. */
  enum Cause {
    /** Its successor is assigned. */
    SUCCEEDED,
    /** Its node drains. */
    DRAINING,
    /** Its node no longer suits the spec. */
    UNSUITED,
    /** It was loaded with something that has changed since. */
    OUTDATED,
    /** It never reserved its memory, and now the node has not got it. */
    EVICTED,
    /** There are more than wanted. */
    SURPLUS
  }

  /**
   * @param assignments all of the version's, by replica; those that stay are counted in the state
   */
  Result triage(VersionState version, List<AssignedReplica> assignments) {
    List<AssignedReplica> present = new ArrayList<>();
    Map<ReplicaId, ReplicaId> successors = new HashMap<>();
    for (AssignedReplica assignment : assignments) {
      int node = state.find(assignment.node());
      if (node < 0 || !assignment.isPresent()) {
        continue;
      }
      if (assignment.outdated()) {
        // Its successor may lie beside it.
        version.avoid(assignment.replica());
      } else {
        version.hold(assignment.replica(), node);
      }
      assignment.replaces().ifPresent(version::avoid);
      if (assignment.isEnding()) {
        state.willEnd(node, assignment.memory());
        continue;
      }
      present.add(assignment);
      if (assignment.replaces().isPresent() && mayStay(version, assignment, node)) {
        successors.put(assignment.replaces().get(), assignment.replica());
      }
    }
    List<AssignedReplica> staying = new ArrayList<>();
    List<Leaving> leaving = new ArrayList<>();
    for (AssignedReplica assignment : present) {
      int node = state.indexOf(assignment.node());
      Optional<Leaving> leaves = leaves(version, assignment, node, successors);
      if (leaves.isPresent()) {
        leaving.add(leaves.get());
      } else {
        staying.add(assignment);
        state.stay(version, node);
      }
    }
    trim(version, staying, leaving);
    int missing = Math.max(0, version.desired().count() - staying.size());
    return new Result(version, staying, leaving, missing);
  }

  private boolean mayStay(VersionState version, AssignedReplica assignment, int node) {
    return !evicted.contains(assignment.replica())
        && !assignment.outdated()
        && state.node(node).condition() != Condition.DRAINING
        && filters.suits(new Candidate(state, version, node));
  }

  private Optional<Leaving> leaves(
      VersionState version,
      AssignedReplica assignment,
      int node,
      Map<ReplicaId, ReplicaId> successors) {
    if (evicted.contains(assignment.replica())) {
      String reason = assignment.node() + " no longer has the memory it was assigned";
      return Optional.of(new Leaving(assignment, Optional.empty(), Cause.EVICTED, reason));
    }
    ReplicaId successor = successors.get(assignment.replica());
    if (successor != null) {
      String reason = "succeeded by " + successor;
      return Optional.of(new Leaving(assignment, Optional.of(successor), Cause.SUCCEEDED, reason));
    }
    if (state.node(node).condition() == Condition.DRAINING) {
      String reason = assignment.node() + " is draining";
      return Optional.of(new Leaving(assignment, Optional.empty(), Cause.DRAINING, reason));
    }
    if (assignment.outdated()) {
      String reason = "was loaded before its source or its settings changed";
      return Optional.of(new Leaving(assignment, Optional.empty(), Cause.OUTDATED, reason));
    }
    Candidate candidate = new Candidate(state, version, node);
    if (!filters.suits(candidate)) {
      String reason = assignment.node() + ": " + filters.unsuited(candidate);
      return Optional.of(new Leaving(assignment, Optional.empty(), Cause.UNSUITED, reason));
    }
    return Optional.empty();
  }

  /** Lets go of replicas beyond the count wanted: the least useful first. */
  private void trim(VersionState version, List<AssignedReplica> staying, List<Leaving> leaving) {
    int wanted = version.desired().count();
    while (staying.size() > wanted) {
      AssignedReplica least = staying.stream().min(leastUseful(version)).orElseThrow();
      staying.remove(least);
      state.leave(version, state.indexOf(least.node()));
      String reason = wanted == 0 ? "not wanted any more" : "more than the " + wanted + " wanted";
      leaving.add(new Leaving(least, Optional.empty(), Cause.SURPLUS, reason));
    }
  }

  /**
   * Failed, then unreachable, then not READY yet, then sharing a node, then in the most crowded
   * zone, then the highest ordinal.
   */
  private Comparator<AssignedReplica> leastUseful(VersionState version) {
    return Comparator.<AssignedReplica, Boolean>comparing(a -> a.state() != ReplicaState.FAILED)
        .thenComparing(a -> nodeOf(a).condition() != Condition.UNREACHABLE)
        .thenComparing(a -> a.state() == ReplicaState.READY)
        .thenComparing(a -> version.heldBy(state.indexOf(a.node())).size() < 2)
        .thenComparing(a -> -version.inZone(state.zoneOf(state.indexOf(a.node()))))
        .thenComparing(a -> -a.replica().ordinal());
  }

  private NodeSnapshot nodeOf(AssignedReplica assignment) {
    return state.node(state.indexOf(assignment.node()));
  }
}
