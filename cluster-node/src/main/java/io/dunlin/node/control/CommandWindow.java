package io.dunlin.node.control;

import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which replicas are told to start, or to stop, now. Each one that is new costs the shard
 * coordinator a few milliseconds, one after the other, so only so many may be under way; the others
 * wait their turn. One whose effect is not seen in time is told again, and goes behind those that
 * were never told. Nothing is told twice within that time: a command that arrives when its replica
 * is gone wakes its shard again, and may wait in a buffer that keeps a process from ending.
 */
final class CommandWindow {
  private final int size;
  private final long patienceMillis;
  private final Map<ReplicaId, Long> toldMillis = new HashMap<>();

  /**
   * @param size replicas that may be under way
   * @param patienceMillis when one is told again
   */
  CommandWindow(int size, long patienceMillis) {
    this.size = size;
    this.patienceMillis = patienceMillis;
  }

  /**
   * @param wanted all that are to be told; those that are not named any more are forgotten
   * @return those to tell now, in the order to tell them
   */
  List<ReplicaId> next(Collection<ReplicaId> wanted, long nowMillis) {
    toldMillis.keySet().retainAll(wanted);
    List<ReplicaId> waiting = new ArrayList<>();
    int underWay = 0;
    for (ReplicaId replica : wanted) {
      Long told = toldMillis.get(replica);
      if (told != null && nowMillis - told < patienceMillis) {
        underWay++;
      } else {
        waiting.add(replica);
      }
    }
    waiting.sort(
        Comparator.<ReplicaId>comparingLong(r -> toldMillis.getOrDefault(r, Long.MIN_VALUE))
            .thenComparing(Comparator.naturalOrder()));
    List<ReplicaId> next = waiting.subList(0, Math.min(waiting.size(), size - underWay));
    next.forEach(replica -> toldMillis.put(replica, nowMillis));
    return List.copyOf(next);
  }
}
