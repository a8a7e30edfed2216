package io.dunlin.node.execution;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ReplicaId;

/** What a replica that stops says; every answer invites to try another replica. */
final class Stopped {
  private Stopped() {}

  static Failure draining(ReplicaId replica) {
    return new Failure(
        FailureCode.DRAINING, "replica " + replica + " is draining and takes no new requests");
  }

  static Failure gone(ReplicaId replica) {
    return new Failure(
        FailureCode.REPLICA_GONE, "replica " + replica + " has stopped on this node");
  }

  static Failure beforeItsTurn(ReplicaId replica) {
    return new Failure(
        FailureCode.DRAINING, "replica " + replica + " stopped before the request's turn came");
  }
}
