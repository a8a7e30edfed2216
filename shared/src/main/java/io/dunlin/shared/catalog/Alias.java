package io.dunlin.shared.catalog;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A label of a model and the versions behind it. A change is first {@code pending}; it becomes
 * {@code active} in one write, when every replica of every version it names is READY. Versions
 * named here are served whatever the version policy says, so that {@code previous} is warm when
 * someone rolls back.
 *
 * @param active version to weight, what gateways route by now; empty until the first switch
 * @param previous what was active before, the target of a rollback; empty when there was nothing
 * @param pending what was asked for and is not warm yet; empty when nothing is under way
 * @param epoch grows by one with every switch; told to callers, so that they can see one
 */
public record Alias(
    Map<Long, Integer> active,
    Map<Long, Integer> previous,
    Map<Long, Integer> pending,
    long epoch) {
  public Alias {
    active = Map.copyOf(active);
    previous = Map.copyOf(previous);
    pending = Map.copyOf(pending);
  }

  /** A label that points at one version. */
  public static Alias of(long version) {
    return new Alias(Map.of(version, 100), Map.of(), Map.of(), 1);
  }

  /** Every version named, ascending. */
  public SortedSet<Long> versions() {
    SortedSet<Long> versions = new TreeSet<>(active.keySet());
    versions.addAll(previous.keySet());
    versions.addAll(pending.keySet());
    return versions;
  }

  /**
   * The version for one request.
   *
   * @param draw uniform over all non-negative ints
   * @throws IllegalStateException when nothing is active
   */
  public long choose(int draw) {
    if (active.isEmpty()) {
      throw new IllegalStateException("alias without an active version (expected: at least one)");
    }
    if (active.size() == 1) {
      return active.keySet().iterator().next();
    }
    TreeMap<Long, Integer> sorted = new TreeMap<>(active);
    int total = sorted.values().stream().mapToInt(Integer::intValue).sum();
    int left = Math.floorMod(draw, total);
    for (Map.Entry<Long, Integer> share : sorted.entrySet()) {
      left -= share.getValue();
      if (left < 0) {
        return share.getKey();
      }
    }
    return sorted.lastKey();
  }
}
