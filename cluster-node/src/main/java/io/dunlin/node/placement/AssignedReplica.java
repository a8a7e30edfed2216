package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.Optional;

/**
 * A replica that was given to a node.
 *
 * @param replica which
 * @param node where; a node that is not in the snapshot is lost
 * @param state what the node last said of it; PENDING until it has said something
 * @param memory what it takes, as the ledger has it or, before that, as was planned
 * @param reserved whether the node's reserved bytes hold {@code memory} already
 * @param replaces the replica this one is the successor of; that replica stops when this one is
 *     READY, and no other gets its id while this one lives
 * @param outdated whether it was loaded with something that has changed since: it serves until a
 *     successor is READY, which may lie on the same node
 */
public record AssignedReplica(
    ReplicaId replica,
    String node,
    ReplicaState state,
    MemoryDemand memory,
    boolean reserved,
    Optional<ReplicaId> replaces,
    boolean outdated) {

  /** One that is as it should be. */
  public AssignedReplica(
      ReplicaId replica,
      String node,
      ReplicaState state,
      MemoryDemand memory,
      boolean reserved,
      Optional<ReplicaId> replaces) {
    this(replica, node, state, memory, reserved, replaces, false);
  }

  /** Whether it still holds its node: it does until it is UNLOADED. */
  boolean isPresent() {
    return state != ReplicaState.UNLOADED;
  }

  /** Whether it was told to stop and has not gone yet. */
  boolean isEnding() {
    return state == ReplicaState.DRAINING || state == ReplicaState.UNLOADING;
  }
}
