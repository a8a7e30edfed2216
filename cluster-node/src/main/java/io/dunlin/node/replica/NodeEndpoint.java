package io.dunlin.node.replica;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The node's own inference endpoint: hands an attempt to the replica's actor by its reference. A
 * gateway in the same process calls it directly; the data port calls it for remote gateways.
 */
public final class NodeEndpoint implements InferenceEndpoint {
  private final LocalReplicas replicas;

  public NodeEndpoint(LocalReplicas replicas) {
    this.replicas = replicas;
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    ActorRef<ModelReplica.Infer> ref = replicas.find(replica);
    if (ref == null) {
      sink.answered(
          new InferenceReply.Failed(
              FailureCode.REPLICA_GONE, "replica " + replica + " is not on this node"));
      return () -> {};
    }
    ReplicaAttempt attempt = new ReplicaAttempt(sink);
    ref.tell(new ModelReplica.Infer(request, attempt));
    return attempt;
  }
}
