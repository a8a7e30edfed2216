package io.dunlin.node.placement;

import io.dunlin.node.placement.DecisionRecord.Outcome;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.Triage.Cause;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses replicas to move for the better, never more at once than the budget. In this order: 1. a
 * replica that shares its node with another of its version; 2. one in a zone that has two more than
 * a zone with room; 3. one from a node with many replicas to an underused one.
 *
 * <p>It comes to an end: a move of kind 1 lowers the sum over nodes of (replicas of a version)
 * squared, one of kind 2 the same sum over zones and never raises the first, one of kind 3 the sum
 * over nodes of (replicas) squared and never raises the other two. So no replica moves to and fro.
 */
final class Rebalancer {
  private final PlanState state;
  private final NodeSelector selector;
  private final PlacementSettings settings;
  private final DecisionLog log;
  private final List<List<Movable>> byNode = new ArrayList<>();
  private final List<Move> moves = new ArrayList<>();
  private final Set<ReplicaId> moved = new HashSet<>();
  private int budget;

  Rebalancer(PlanState state, NodeSelector selector, PlacementSettings settings, DecisionLog log) {
    this.state = state;
    this.selector = selector;
    this.settings = settings;
    this.log = log;
  }

  /** A replica that may be moved: READY, on a node that is up, and nobody's successor just now. */
  private record Movable(VersionState version, AssignedReplica assignment, int node) {}

  /** One move, counted in the state already. */
  record Move(
      VersionState version,
      AssignedReplica assignment,
      ReplicaId successor,
      String to,
      String reason,
      Score score) {}

  List<Move> moves(List<Triage.Result> triaged) {
    budget = settings.rebalanceBudget() - underWay(triaged);
    if (budget <= 0) {
      return List.of();
    }
    List<Movable> movables = movables(triaged);
    for (Movable movable : movables) {
      if (budget > 0) {
        spread(movable);
      }
    }
    if (budget > 0) {
      fillUnderused(DeviceKind.CPU);
      fillUnderused(DeviceKind.GPU);
    }
    return moves;
  }

  private static int underWay(List<Triage.Result> triaged) {
    int count = 0;
    for (Triage.Result result : triaged) {
      for (Triage.Leaving leaving : result.leaving()) {
        count += leaving.cause() == Cause.SUCCEEDED ? 1 : 0;
      }
    }
    return count;
  }

  private List<Movable> movables(List<Triage.Result> triaged) {
    for (int node = 0; node < state.size(); node++) {
      byNode.add(new ArrayList<>());
    }
    List<Movable> all = new ArrayList<>();
    for (Triage.Result result : triaged) {
      Set<ReplicaId> awaited = result.successors();
      for (AssignedReplica assignment : result.staying()) {
        int node = state.indexOf(assignment.node());
        boolean settled =
            assignment.state() == ReplicaState.READY
                && !awaited.contains(assignment.replica())
                && state.node(node).condition() == Condition.UP;
        if (settled) {
          Movable movable = new Movable(result.version(), assignment, node);
          byNode.get(node).add(movable);
          all.add(movable);
        }
      }
    }
    return all;
  }

  /** Kinds 1 and 2. */
  private void spread(Movable movable) {
    VersionState version = movable.version();
    int here = version.heldBy(movable.node()).size();
    int inZone = version.inZone(state.zoneOf(movable.node()));
    boolean spread = version.desired().spec().placement().spread();
    boolean sharing = here > 1;
    boolean crowded = spread && inZone > 1 && version.fewestInAZone() <= inZone - 2;
    if (!sharing && !crowded) {
      return;
    }
    int target = selector.select(version);
    if (target == NodeSelector.NONE) {
      return;
    }
    if (sharing && version.heldBy(target).size() <= here - 2) {
      move(movable, target, "shares " + movable.assignment().node() + " with its like");
    } else if (crowded && version.inZone(state.zoneOf(target)) <= inZone - 2) {
      String from = state.node(movable.node()).zone();
      move(movable, target, "zone " + from + " has more replicas than others with room");
    }
  }

  /** Kind 3, among nodes of one device kind. */
  private void fillUnderused(DeviceKind kind) {
    Pool pool = pool(kind);
    for (int receiver : pool.byReplicas()) {
      boolean found = true;
      while (budget > 0 && found && pool.isUnderused(receiver)) {
        Movable movable = donation(pool, receiver);
        found = movable != null;
        if (movable != null) {
          move(movable, receiver, state.node(receiver).id() + " is underused");
        }
      }
    }
  }

  private Pool pool(DeviceKind kind) {
    List<Integer> nodes = new ArrayList<>();
    double replicas = 0;
    double share = 0;
    for (int node = 0; node < state.size(); node++) {
      NodeSnapshot snapshot = state.node(node);
      if (snapshot.device().kind() == kind && snapshot.condition() == Condition.UP) {
        nodes.add(node);
        replicas += state.replicasOn(node);
        share += usedShare(node);
      }
    }
    int size = Math.max(1, nodes.size());
    return new Pool(nodes, replicas / size, share / size);
  }

  /** The nodes of one device kind that are up, and their means before any move. */
  private final class Pool {
    private final List<Integer> nodes;
    private final double meanReplicas;
    private final double meanUsedShare;

    Pool(List<Integer> nodes, double meanReplicas, double meanUsedShare) {
      this.nodes = nodes;
      this.meanReplicas = meanReplicas;
      this.meanUsedShare = meanUsedShare;
    }

    /** Fewest replicas first, then by id. */
    List<Integer> byReplicas() {
      List<Integer> sorted = new ArrayList<>(nodes);
      sorted.sort(Comparator.comparingInt(state::replicasOn));
      return sorted;
    }

    boolean isUnderused(int node) {
      return state.replicasOn(node) < settings.underusedShare() * meanReplicas
          && usedShare(node) <= settings.underusedShare() * meanUsedShare;
    }
  }

  /** A replica of the fullest node that can spare one and whose like fits the receiver. */
  private @Nullable Movable donation(Pool pool, int receiver) {
    List<Integer> donors = pool.byReplicas().reversed();
    for (int donor : donors) {
      if (state.replicasOn(donor) < state.replicasOn(receiver) + 2) {
        return null;
      }
      Optional<Movable> best =
          byNode.get(donor).stream()
              .filter(movable -> !moved.contains(movable.assignment().replica()))
              .filter(movable -> helps(movable, receiver))
              .min(
                  Comparator.<Movable>comparingLong(
                          m -> -m.version().desired().demand().deviceBytes())
                      .thenComparing(m -> m.assignment().replica()));
      if (best.isPresent()) {
        return best.get();
      }
    }
    return null;
  }

  private boolean helps(Movable movable, int receiver) {
    VersionState version = movable.version();
    Candidate candidate = new Candidate(state, version, receiver);
    if (version.isHeldBy(receiver)
        || !selector.filters().isEligible(candidate)
        || !selector.filters().hasRoom(candidate)) {
      return false;
    }
    int from = state.zoneOf(movable.node());
    int to = state.zoneOf(receiver);
    boolean zonesStayEven = from == to || version.inZone(to) < version.inZone(from);
    long bytes = version.desired().demand().deviceBytes();
    double after =
        share(state.usedDeviceBytes(receiver) + bytes, state.node(receiver).device().totalBytes());
    return zonesStayEven && after <= usedShare(movable.node());
  }

  private void move(Movable movable, int target, String reason) {
    VersionState version = movable.version();
    Score score = selector.score(version, target);
    ReplicaId successor = version.newReplica();
    log(movable, successor, target, reason);
    state.leave(version, movable.node());
    state.willEnd(movable.node(), movable.assignment().memory());
    state.place(version, successor, target);
    moved.add(movable.assignment().replica());
    byNode.get(movable.node()).remove(movable);
    moves.add(
        new Move(version, movable.assignment(), successor, state.node(target).id(), reason, score));
    budget--;
  }

  private void log(Movable movable, ReplicaId successor, int target, String reason) {
    if (log.wants(successor.version())) {
      ReplicaId old = movable.assignment().replica();
      String from = movable.assignment().node();
      String to = state.node(target).id();
      List<CandidateVerdict> verdicts = selector.verdicts(movable.version());
      log.add(successor, new Outcome.Moved(to, old, reason), verdicts, List.of());
      log.add(old, new Outcome.Leaving(from, reason), List.of(), List.of());
    }
  }

  private double usedShare(int node) {
    return share(state.usedDeviceBytes(node), state.node(node).device().totalBytes());
  }

  private static double share(long used, long total) {
    return total == 0 ? 1 : (double) used / total;
  }
}
