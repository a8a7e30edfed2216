package io.dunlin.shared.protocol;

import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;

/**
 * Where inference attempts are handed to a node: the one seam between gateway and node.
 *
 * <p>Two implementations: in one process the node's own endpoint, which tells the replica actor;
 * and the gateway's connection to a remote node's data port, on whose far side the same node
 * endpoint stands. Callers cannot tell which they hold.
 */
public interface InferenceEndpoint {
  /**
   * Hands one attempt to a replica.
   *
   * @param replica the replica asked; if it is not on this node the reply is {@code replica_gone}
   * @param request with its deadline: the reply comes at the latest shortly after it
   * @param sink called exactly once, on any thread; must not block
   * @return a handle to give the attempt up
   */
  Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink);

  /** Takes the answer of an attempt. */
  @FunctionalInterface
  interface ReplySink {
    void answered(InferenceReply reply);
  }

  /** An attempt that may be under way. */
  @FunctionalInterface
  interface Attempt {
    /**
     * Says nobody waits any more: what is still queued is dropped and answered {@code cancelled};
     * what already runs is answered as usual. May be called at any time, more than once.
     */
    void cancel();
  }
}
