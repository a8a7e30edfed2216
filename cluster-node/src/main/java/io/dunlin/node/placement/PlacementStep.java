package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Optional;

/**
 * One thing to do about a plan. Steps are repeatable: a plan made while some are under way has
 * those that are left.
 */
public sealed interface PlacementStep {
  ReplicaId replica();

  String node();

  /**
   * Assign a new replica to a node and start it.
   *
   * @param memory what the node is to reserve
   * @param replaces the replica it is the successor of; belongs in the {@link AssignedReplica}
   * @param score why this node won
   */
  record Start(
      ReplicaId replica,
      String node,
      MemoryDemand memory,
      Optional<ReplicaId> replaces,
      Score score)
      implements PlacementStep {}

  /**
   * Drain and unload a replica, but not before others are READY.
   *
   * @param reason for events and logs
   * @param whenReady replicas that must be READY first; empty for at once
   */
  record Stop(ReplicaId replica, String node, String reason, List<ReplicaId> whenReady)
      implements PlacementStep {}
}
