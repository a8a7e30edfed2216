package io.dunlin.gateway.membership;

import io.dunlin.gateway.pipeline.InferencePipeline;
import io.dunlin.gateway.transport.ConnectionObserver;
import io.dunlin.gateway.transport.NodeAddress;
import org.jspecify.annotations.Nullable;

/** Tells requests that wait for a replica when a node can be reached. */
final class ReplicaChanges implements ConnectionObserver {
  private volatile @Nullable InferencePipeline pipeline;

  /** From now on this one is told; it is made after the connections it uses. */
  void tell(InferencePipeline told) {
    pipeline = told;
  }

  @Override
  public void onConnectionUp(NodeAddress node) {
    InferencePipeline told = pipeline;
    if (told != null) {
      told.replicasChanged();
    }
  }
}
