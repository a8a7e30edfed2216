package io.dunlin.node.control;

import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.node.placement.CandidateVerdict;
import io.dunlin.node.placement.DecisionRecord;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.PlacementPlan;
import io.dunlin.node.placement.PlacementPlan.UnplacedReplica;
import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Says why replicas of nodes that drain cannot be handed over; pure. A drain takes nothing down
 * that has no successor, so without room elsewhere it does not end: this is what an operator is
 * told meanwhile, and when its time is over.
 */
final class Drains {
  /** Replicas named for one node. */
  static final int MAX_NAMED = 5;

  private static final int MAX_CANDIDATES = 3;

  private final PlacementPlanner planner;

  Drains(PlacementPlanner planner) {
    this.planner = planner;
  }

  /** Nodes that drain and still serve. */
  static Set<String> underWay(ClusterView view) {
    Set<String> nodes = new HashSet<>();
    view.nodes()
        .forEach(
            (id, report) -> {
              if (view.condition(id) == Condition.DRAINING && serves(report)) {
                nodes.add(id);
              }
            });
    return nodes;
  }

  private static boolean serves(NodeReport report) {
    return report.replicas().stream().anyMatch(replica -> replica.state() == ReplicaState.READY);
  }

  /** What keeps each draining node from being empty, by node; costs about two plans. */
  Map<String, List<String>> stuck(ClusterView view) {
    Map<ReplicaId, Observed> observed = view.observed();
    PlacementPlan plan =
        planner.plan(PlacementView.of(view, observed, ModelVersions.of(view, observed)));
    Map<String, List<String>> stuck = new TreeMap<>();
    Map<String, Map<ReplicaId, DecisionRecord>> explained = new HashMap<>();
    for (UnplacedReplica unplaced : plan.unplaced()) {
      ReplicaId left = unplaced.successorOf().orElse(null);
      Observed seen = left == null ? null : observed.get(left);
      if (left == null || seen == null || view.condition(seen.nodeId()) != Condition.DRAINING) {
        continue;
      }
      List<String> lines = stuck.computeIfAbsent(seen.nodeId(), node -> new ArrayList<>());
      if (lines.size() < MAX_NAMED) {
        DecisionRecord record =
            explained
                .computeIfAbsent(left.version().model(), model -> explain(plan, model))
                .get(unplaced.replica());
        lines.add(left + " fits nowhere else" + (record == null ? "" : reasons(record, seen)));
      }
    }
    return stuck;
  }

  private Map<ReplicaId, DecisionRecord> explain(PlacementPlan plan, String model) {
    Map<ReplicaId, DecisionRecord> records = new HashMap<>();
    planner.explain(plan, model).forEach(record -> records.put(record.replica(), record));
    return records;
  }

  private static String reasons(DecisionRecord record, Observed seen) {
    StringJoiner reasons = new StringJoiner("; ", ": ", "");
    reasons.setEmptyValue(": there is no other node");
    int named = 0;
    int more = record.candidatesLeftOut();
    for (CandidateVerdict verdict : record.candidates()) {
      if (verdict.node().equals(seen.nodeId()) || verdict.passed()) {
        continue;
      }
      if (named++ < MAX_CANDIDATES) {
        reasons.add(verdict.node() + ": " + verdict.rejections().getFirst().reason());
      } else {
        more++;
      }
    }
    return more == 0 ? reasons.toString() : reasons + "; and " + more + " nodes more";
  }

  /** An order as it stands now. */
  static NodeOrder progress(NodeOrder order, List<String> stuck, boolean serves, Instant now) {
    boolean bounded = order.until().isAfter(Instant.EPOCH);
    boolean overdue = serves && bounded && !now.isBefore(order.until());
    return order.withProgress(serves ? stuck : List.of(), overdue);
  }
}
