package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;

/** One step towards the desired state. Every one may be repeated without harm. */
public sealed interface ControlAction {

  /** Write down where the replica is to live, and what was planned for it. */
  record Assign(ReplicaId replica, Assignment assignment) implements ControlAction {}

  /** The replica is not wanted, or ending, or its node is lost: forget where it was to live. */
  record Unassign(ReplicaId replica) implements ControlAction {}

  /**
   * Tell the replica to load and serve.
   *
   * @param revision of the entry that has the spec
   */
  record Start(ReplicaId replica, ModelSpec spec, long revision) implements ControlAction {}

  /** Tell the replica to finish and go. */
  record Stop(ReplicaId replica, String reason) implements ControlAction {}

  /**
   * Tell the replica about changed batching, queue and lane settings.
   *
   * @param revision of the entry that has the spec
   */
  record Reconfigure(ReplicaId replica, ModelSpec spec, long revision) implements ControlAction {}

  /**
   * Make what a label waits for what it points at.
   *
   * @param revision of the entry this was decided upon; another one makes it void
   */
  record SwitchAlias(String model, String alias, long revision) implements ControlAction {}
}
