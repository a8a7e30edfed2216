package io.dunlin.node.placement;

import io.dunlin.node.placement.score.ScoreWeights;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Optional;

/**
 * Where every wanted replica is to be, and the steps from here to there.
 *
 * @param snapshot what the plan was made from
 * @param weights what scores were made with: {@link ScoreWeights#BALANCED} while everything fits
 *     that way, else {@link ScoreWeights#PACKED}
 * @param replicas those that have a node once the steps are done, by id
 * @param unplaced wanted replicas for which no node was found, by id
 * @param steps starts before stops; empty when there is nothing to do
 */
public record PlacementPlan(
    ClusterSnapshot snapshot,
    ScoreWeights weights,
    List<PlannedReplica> replicas,
    List<UnplacedReplica> unplaced,
    List<PlacementStep> steps) {
  public PlacementPlan {
    replicas = List.copyOf(replicas);
    unplaced = List.copyOf(unplaced);
    steps = List.copyOf(steps);
  }

  public List<PlacementStep.Start> starts() {
    return steps.stream()
        .filter(PlacementStep.Start.class::isInstance)
        .map(PlacementStep.Start.class::cast)
        .toList();
  }

  public List<PlacementStep.Stop> stops() {
    return steps.stream()
        .filter(PlacementStep.Stop.class::isInstance)
        .map(PlacementStep.Stop.class::cast)
        .toList();
  }

  /**
   * @param isNew whether it is started by this plan
   */
  public record PlannedReplica(ReplicaId replica, String node, boolean isNew) {}

  /**
   * @param replica the id it will have; no process has it yet
   * @param successorOf the replica it was to succeed, which goes on meanwhile where it can
   */
  public record UnplacedReplica(ReplicaId replica, Optional<ReplicaId> successorOf) {}
}
