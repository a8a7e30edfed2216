package io.dunlin.node.placement;

import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a replica is where it is, or is nowhere.
 *
 * @param replica which
 * @param outcome what was decided
 * @param candidates every node looked at, the best first, up to the settings' limit
 * @param candidatesLeftOut how many were looked at beyond that limit
 * @param rejections how many nodes each filter rejected, by filter name
 * @param wouldFitIf for a replica without a node the smallest changes that would give it one, the
 *     smallest first
 */
public record DecisionRecord(
    ReplicaId replica,
    Outcome outcome,
    List<CandidateVerdict> candidates,
    int candidatesLeftOut,
    Map<String, Integer> rejections,
    List<Relief> wouldFitIf) {

  /** The verdict on the node that has the replica, when it is among {@link #candidates}. */
  public Optional<CandidateVerdict> winner() {
    String node =
        switch (outcome) {
          case Outcome.Kept kept -> kept.node();
          case Outcome.Placed placed -> placed.node();
          case Outcome.Moved moved -> moved.node();
          case Outcome.Leaving leaving -> leaving.node();
          case Outcome.NotPlaced notPlaced -> "";
        };
    return candidates.stream().filter(verdict -> verdict.node().equals(node)).findFirst();
  }

  /** What was decided about a replica. */
  public sealed interface Outcome {
    /** It stays where it is; the scores are as if it were placed now. */
    record Kept(String node, ReplicaState state) implements Outcome {}

    /** It is new on this node. */
    record Placed(String node, Optional<ReplicaId> replaces) implements Outcome {}

    /** It is new on this node, and takes over from another for a better balance. */
    record Moved(String node, ReplicaId replaces, String reason) implements Outcome {}

    /** It goes away. */
    record Leaving(String node, String reason) implements Outcome {}

    /** No node passed. */
    record NotPlaced(Optional<ReplicaId> successorOf) implements Outcome {}
  }
}
