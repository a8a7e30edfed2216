package io.dunlin.node.replica;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;

/**
 * The node's own inference endpoint: hands an attempt to the replica's executor while it serves,
 * and answers why not at once otherwise. A gateway in the same process calls it directly; the data
 * port calls it for remote gateways.
 */
public final class NodeEndpoint implements InferenceEndpoint {
  private final LocalReplicas replicas;

  public NodeEndpoint(LocalReplicas replicas) {
    this.replicas = replicas;
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    LocalReplicas.Taker taker = replicas.find(replica);
    if (taker instanceof LocalReplicas.Serving serving) {
      return serving.executor().submit(request, sink);
    }
    sink.answered(
        taker instanceof LocalReplicas.Refusing refusing
            ? new InferenceReply.Failed(
                refusing.code(), "replica " + replica + " " + refusing.why())
            : new InferenceReply.Failed(
                FailureCode.REPLICA_GONE, "replica " + replica + " is not on this node"));
    return () -> {};
  }
}
