package io.dunlin.node.placement;

import io.dunlin.node.placement.PlacementPlan.UnplacedReplica;
import io.dunlin.shared.model.ReplicaId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a change would do, beside what is done without it.
 *
 * @param today the plan as things are
 * @param changed the plan after the change
 */
public record DryRun(PlacementPlan today, PlacementPlan changed) {

  /** Replicas without a node after the change that would have one without it, by id. */
  public List<ReplicaId> newlyUnplaced() {
    Set<ReplicaId> already = new HashSet<>();
    today.unplaced().forEach(unplaced -> already.add(unplaced.replica()));
    return changed.unplaced().stream()
        .map(UnplacedReplica::replica)
        .filter(replica -> !already.contains(replica))
        .toList();
  }

  /** Replicas whose node the change takes away, by id. */
  public List<ReplicaId> displaced() {
    Set<String> left = new HashSet<>();
    changed.snapshot().nodes().forEach(node -> left.add(node.id()));
    Set<String> before = new HashSet<>();
    today.snapshot().nodes().forEach(node -> before.add(node.id()));
    return today.snapshot().assignments().stream()
        .filter(AssignedReplica::isPresent)
        .filter(a -> before.contains(a.node()) && !left.contains(a.node()))
        .map(AssignedReplica::replica)
        .toList();
  }
}
