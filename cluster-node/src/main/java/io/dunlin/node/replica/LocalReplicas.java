package io.dunlin.node.replica;

import io.dunlin.shared.model.ReplicaId;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The replicas that live in this process, by id. Thread-safe. */
public final class LocalReplicas {
  private final ConcurrentHashMap<ReplicaId, ActorRef<ModelReplica.Infer>> replicas =
      new ConcurrentHashMap<>();

  void register(ReplicaId replica, ActorRef<ModelReplica.Infer> ref) {
    replicas.put(replica, ref);
  }

  /** Forgets the replica if this very actor holds the place. */
  void unregister(ReplicaId replica, ActorRef<ModelReplica.Infer> ref) {
    replicas.remove(replica, ref);
  }

  @Nullable ActorRef<ModelReplica.Infer> find(ReplicaId replica) {
    return replicas.get(replica);
  }
}
