package io.dunlin.node.placement;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A change to think through before making it.
 *
 * @param desired what is wanted of the models named in it, instead of what is wanted now; other
 *     models stay as they are
 * @param lostNodes nodes that are taken away, with all they hold
 */
public record WhatIf(List<DesiredReplicas> desired, Set<String> lostNodes) {
  public WhatIf {
    desired = List.copyOf(desired);
    lostNodes = Set.copyOf(lostNodes);
  }

  /**
   * The snapshot after the change.
   *
   * @throws IllegalArgumentException when a lost node is not in the snapshot
   */
  public ClusterSnapshot applyTo(ClusterSnapshot snapshot) {
    Set<String> known = new HashSet<>();
    snapshot.nodes().forEach(node -> known.add(node.id()));
    for (String lost : lostNodes) {
      if (!known.contains(lost)) {
        throw new IllegalArgumentException("node: " + lost + " (expected: a node of the cluster)");
      }
    }
    Set<String> models = new HashSet<>();
    desired.forEach(d -> models.add(d.spec().name()));
    List<DesiredReplicas> wanted = new ArrayList<>(desired);
    snapshot.desired().stream().filter(d -> !models.contains(d.spec().name())).forEach(wanted::add);
    List<NodeSnapshot> nodes =
        snapshot.nodes().stream().filter(node -> !lostNodes.contains(node.id())).toList();
    return new ClusterSnapshot(nodes, wanted, snapshot.assignments());
  }
}
