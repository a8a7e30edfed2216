package io.dunlin.node.control;

import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;

/** One step towards the desired state. Every one may be repeated without harm. */
public sealed interface ControlAction {
  ReplicaId replica();

  /** Write down that the replica is to live on this node. */
  record Assign(ReplicaId replica, String nodeId, long revision) implements ControlAction {}

  /** The replica is not wanted and gone: forget where it was to live. */
  record Unassign(ReplicaId replica) implements ControlAction {}

  /** Tell the replica to load and serve. */
  record Start(ReplicaId replica, ModelSpec spec) implements ControlAction {}

  /** Tell the replica to finish and go. */
  record Stop(ReplicaId replica, String reason) implements ControlAction {}

  /** Tell the replica about changed batching and queue settings. */
  record Reconfigure(ReplicaId replica, ModelSpec spec, String nodeId, long revision)
      implements ControlAction {}
}
