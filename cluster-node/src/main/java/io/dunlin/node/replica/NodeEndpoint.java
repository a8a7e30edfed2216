package io.dunlin.node.replica;

import io.dunlin.node.execution.ReplicaExecutor;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;

/**
 * The node's own inference endpoint: hands an attempt to the replica's executor while it serves,
 * and to its actor, which says why not, otherwise. A gateway in the same process calls it directly;
 * the data port calls it for remote gateways.
 */
public final class NodeEndpoint implements InferenceEndpoint {
  private final LocalReplicas replicas;

  public NodeEndpoint(LocalReplicas replicas) {
    this.replicas = replicas;
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    LocalReplicas.Place place = replicas.find(replica);
    if (place == null) {
      sink.answered(
          new InferenceReply.Failed(
              FailureCode.REPLICA_GONE, "replica " + replica + " is not on this node"));
      return () -> {};
    }
    ReplicaExecutor executor = place.executor();
    if (executor != null) {
      return executor.submit(request, sink);
    }
    ReplicaAttempt attempt = new ReplicaAttempt(sink);
    place.actor().tell(new ModelReplica.Infer(request, attempt));
    return attempt;
  }
}
