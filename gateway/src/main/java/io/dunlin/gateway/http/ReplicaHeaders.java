package io.dunlin.gateway.http;

import io.dunlin.shared.model.ReplicaId;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The headers that name a replica, made once for each: most answers come from few replicas. Bounded
 * by dropping all of them; thread-safe.
 */
final class ReplicaHeaders {
  private static final int MAX_REPLICAS = 4096;

  /**
   * @param version X-Dunlin-Model-Version
   * @param replica X-Dunlin-Replica
   */
  record Pair(ResponseHeader version, ResponseHeader replica) {}

  private final ConcurrentHashMap<ReplicaId, Pair> known = new ConcurrentHashMap<>();

  Pair of(ReplicaId replica) {
    Pair pair = known.get(replica);
    return pair != null ? pair : add(replica);
  }

  private Pair add(ReplicaId replica) {
    if (known.size() >= MAX_REPLICAS) {
      known.clear();
    }
    Pair made =
        new Pair(
            new ResponseHeader(
                ResponseHeader.MODEL_VERSION, Long.toString(replica.version().version())),
            new ResponseHeader(ResponseHeader.REPLICA, replica.entityId()));
    known.put(replica, made);
    return made;
  }
}
