package io.dunlin.node.control;

import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import java.util.Optional;

/** Chooses nodes for the replicas of one reconciliation pass. */
@FunctionalInterface
public interface ReplicaPlacer {
  /** The node, or nothing when no node fits now. Each choice counts in the next one. */
  Optional<String> place(ReplicaId replica, ModelSpec spec);
}
