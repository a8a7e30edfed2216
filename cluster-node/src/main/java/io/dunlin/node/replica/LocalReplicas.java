package io.dunlin.node.replica;

import io.dunlin.node.execution.ReplicaExecutor;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ReplicaId;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that live in this process, by id. Thread-safe. Attempts are answered from here and
 * from the executors, never through a replica's mailbox: what waits in the mailbox of an actor that
 * ends is answered by nobody.
 */
public final class LocalReplicas {
  private final ConcurrentHashMap<ReplicaId, Place> replicas = new ConcurrentHashMap<>();

  /**
   * What happens to attempts for a replica.
   *
   * @param owner the replica's actor, which alone changes its place
   */
  private record Place(ActorRef<?> owner, Taker taker) {}

  /** Who answers attempts. */
  sealed interface Taker {}

  /**
   * It serves: its executor queues, drains and refuses by itself, from the moment the replica is
   * READY until it is gone.
   */
  record Serving(ReplicaExecutor executor) implements Taker {}

  /**
   * It does not serve.
   *
   * @param why in words
   */
  record Refusing(FailureCode code, String why) implements Taker {}

  void register(ReplicaId replica, ActorRef<?> owner, Taker taker) {
    replicas.put(replica, new Place(owner, taker));
  }

  /** Says who takes attempts from now on, if this very actor holds the place. */
  void take(ReplicaId replica, ActorRef<?> owner, Taker taker) {
    replicas.computeIfPresent(
        replica, (id, place) -> place.owner().equals(owner) ? new Place(owner, taker) : place);
  }

  /** Forgets the replica if this very actor holds the place. */
  void unregister(ReplicaId replica, ActorRef<?> owner) {
    replicas.computeIfPresent(replica, (id, place) -> place.owner().equals(owner) ? null : place);
  }

  @Nullable Taker find(ReplicaId replica) {
    Place place = replicas.get(replica);
    return place == null ? null : place.taker();
  }
}
