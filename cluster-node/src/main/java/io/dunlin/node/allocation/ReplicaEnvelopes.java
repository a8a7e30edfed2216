package io.dunlin.node.allocation;

import io.dunlin.shared.protocol.ReplicaProtocol;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/** One shard per replica, with the same id: allocating a shard is placing a replica. */
public final class ReplicaEnvelopes
    extends ShardingMessageExtractor<
        ShardingEnvelope<ReplicaProtocol.Command>, ReplicaProtocol.Command> {
  @Override
  public String entityId(ShardingEnvelope<ReplicaProtocol.Command> envelope) {
    return envelope.entityId();
  }

  @Override
  public String shardId(String entityId) {
    return entityId;
  }

  @Override
  public ReplicaProtocol.Command unwrapMessage(ShardingEnvelope<ReplicaProtocol.Command> envelope) {
    return envelope.message();
  }
}
