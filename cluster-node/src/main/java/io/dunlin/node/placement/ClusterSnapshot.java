package io.dunlin.node.placement;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Everything a plan is made from. The lists are kept sorted by id, so that the order in which they
 * were collected changes nothing.
 *
 * @param nodes the members that can hold replicas; a node that was removed is not listed
 * @param desired what is wanted, at most one entry per model version
 * @param assignments what was planned before and has not ended, at most one per replica
 */
public record ClusterSnapshot(
    List<NodeSnapshot> nodes, List<DesiredReplicas> desired, List<AssignedReplica> assignments) {

  public ClusterSnapshot {
    nodes = sorted("node", nodes, NodeSnapshot::id, Comparator.naturalOrder());
    desired = sorted("model version", desired, DesiredReplicas::id, Comparator.naturalOrder());
    assignments =
        sorted("replica", assignments, AssignedReplica::replica, Comparator.naturalOrder());
  }

  private static <T, K> List<T> sorted(
      String what, List<T> list, Function<T, K> key, Comparator<K> order) {
    Set<K> keys = new HashSet<>();
    for (T element : list) {
      if (!keys.add(key.apply(element))) {
        throw new IllegalArgumentException(
            what + ": " + key.apply(element) + " twice (expected: each at most once)");
      }
    }
    return list.stream().sorted(Comparator.comparing(key, order)).toList();
  }
}
