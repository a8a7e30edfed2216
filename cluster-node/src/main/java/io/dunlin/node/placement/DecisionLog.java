package io.dunlin.node.placement;

import io.dunlin.node.placement.CandidateVerdict.Rejection;
import io.dunlin.node.placement.DecisionRecord.Outcome;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records the decisions about one model while a plan is made, and those about no model otherwise: a
 * plan for thousands of replicas is explained by making it again with a log, which costs a plan and
 * not the memory of all its reasons.
 */
final class DecisionLog {
  private final @Nullable String model;
  private final PlacementSettings settings;
  private final Map<ReplicaId, DecisionRecord> records = new TreeMap<>();
  private int unplaced;

  private DecisionLog(@Nullable String model, PlacementSettings settings) {
    this.model = model;
    this.settings = settings;
  }

  static DecisionLog none(PlacementSettings settings) {
    return new DecisionLog(null, settings);
  }

  static DecisionLog of(String model, PlacementSettings settings) {
    return new DecisionLog(model, settings);
  }

  boolean wants(ModelVersionId version) {
    return version.model().equals(model) && records.size() < settings.maxExplainedReplicas();
  }

  /** Replicas without a node have a bound of their own: they are what one asks about. */
  boolean wantsUnplaced(ModelVersionId version) {
    return version.model().equals(model) && unplaced++ < settings.maxExplainedReplicas();
  }

  /** A later decision about the same replica takes the place of an earlier one. */
  void add(
      ReplicaId replica, Outcome outcome, List<CandidateVerdict> verdicts, List<Relief> reliefs) {
    Map<String, Integer> rejections = new TreeMap<>();
    for (CandidateVerdict verdict : verdicts) {
      for (Rejection rejection : verdict.rejections()) {
        rejections.merge(rejection.filter(), 1, Integer::sum);
      }
    }
    int listed = Math.min(verdicts.size(), settings.maxExplainedCandidates());
    records.put(
        replica,
        new DecisionRecord(
            replica,
            outcome,
            List.copyOf(verdicts.subList(0, listed)),
            verdicts.size() - listed,
            rejections,
            List.copyOf(reliefs)));
  }

  /** By replica. */
  List<DecisionRecord> records() {
    return List.copyOf(records.values());
  }
}
