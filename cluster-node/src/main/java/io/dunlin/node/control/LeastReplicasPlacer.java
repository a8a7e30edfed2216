package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts each replica on the live node that holds the fewest, the first by id among equals. */
final class LeastReplicasPlacer implements ReplicaPlacer {
  private final TreeMap<String, Integer> counts;

  private LeastReplicasPlacer(TreeMap<String, Integer> counts) {
    this.counts = counts;
  }

  static LeastReplicasPlacer of(ClusterView view) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    view.nodes()
        .forEach(
            (id, report) -> {
              if (!report.draining()) {
                counts.put(id, 0);
              }
            });
    Map<String, Integer> assigned = new HashMap<>();
    for (Assignment assignment : view.assignments().values()) {
      assigned.merge(assignment.nodeId(), 1, Integer::sum);
    }
    assigned.forEach((id, count) -> counts.computeIfPresent(id, (key, zero) -> count));
    return new LeastReplicasPlacer(counts);
  }

  @Override
  public Optional<String> place(ReplicaId replica, ModelSpec spec) {
    Optional<String> best =
        counts.entrySet().stream()
            .min(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(Comparator.comparing(Map.Entry::getKey)))
            .map(Map.Entry::getKey);
    best.ifPresent(id -> counts.merge(id, 1, Integer::sum));
    return best;
  }
}
