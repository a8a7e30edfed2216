package io.dunlin.node.replica;

import io.dunlin.node.execution.ReplicaExecutor;
import io.dunlin.shared.model.ReplicaId;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The replicas that live in this process, by id. Thread-safe. */
public final class LocalReplicas {
  private final ConcurrentHashMap<ReplicaId, Place> replicas = new ConcurrentHashMap<>();

  /**
   * Where attempts for a replica go.
   *
   * @param actor knows its state; answers while there is no executor
   * @param executor takes attempts directly from the moment the replica is READY: it queues, drains
   *     and refuses by itself, so a request need not wait for the actor's turn. Null before.
   */
  record Place(ActorRef<ModelReplica.Infer> actor, @Nullable ReplicaExecutor executor) {}

  void register(ReplicaId replica, ActorRef<ModelReplica.Infer> actor) {
    replicas.put(replica, new Place(actor, null));
  }

  /** The replica is READY: its executor takes what comes. */
  void serve(ReplicaId replica, ActorRef<ModelReplica.Infer> actor, ReplicaExecutor executor) {
    replicas.computeIfPresent(
        replica, (id, place) -> place.actor().equals(actor) ? new Place(actor, executor) : place);
  }

  /** Forgets the replica if this very actor holds the place. */
  void unregister(ReplicaId replica, ActorRef<ModelReplica.Infer> actor) {
    replicas.computeIfPresent(replica, (id, place) -> place.actor().equals(actor) ? null : place);
  }

  @Nullable Place find(ReplicaId replica) {
    return replicas.get(replica);
  }
}
