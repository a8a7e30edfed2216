package io.dunlin.node.placement;

import io.dunlin.node.placement.score.ScoreWeights;
import io.dunlin.shared.model.ModelVersionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes placement plans. A pure function of its settings and the snapshot; immutable, thread-safe.
 *
 * <p>First it tries to give every node work ({@link ScoreWeights#BALANCED}); when something finds
 * no room that way it tries again filling holes ({@link ScoreWeights#PACKED}), and keeps the plan
 * that leaves less out: compared by replicas unplaced from the most urgent priority down, then by
 * bytes unplaced.
 */
public final class PlacementPlanner {
  private static final int PRIORITIES = 8;

  private final PlacementSettings settings;

  public PlacementPlanner(PlacementSettings settings) {
    this.settings = settings;
  }

  public PlacementPlan plan(ClusterSnapshot snapshot) {
    PlacementPlan balanced = attempt(snapshot, ScoreWeights.BALANCED);
    if (balanced.unplaced().isEmpty()) {
      return balanced;
    }
    PlacementPlan packed = attempt(snapshot, ScoreWeights.PACKED);
    return leavesLess(packed, balanced) ? packed : balanced;
  }

  /**
   * Why each replica of a model is where the plan has it, by replica; costs about as much as the
   * plan. Empty for a model that is neither wanted nor assigned.
   */
  public List<DecisionRecord> explain(PlacementPlan plan, String model) {
    DecisionLog log = DecisionLog.of(model, settings);
    new PlanAttempt(plan.snapshot(), plan.weights(), settings, log).run();
    return log.records();
  }

  /**
   * Plans as if {@code change} had happened, and changes nothing.
   *
   * @throws IllegalArgumentException when the change names a node that is not there
   */
  public DryRun dryRun(ClusterSnapshot snapshot, WhatIf change) {
    ClusterSnapshot changed = change.applyTo(snapshot);
    return new DryRun(plan(snapshot), plan(changed));
  }

  private PlacementPlan attempt(ClusterSnapshot snapshot, ScoreWeights weights) {
    return new PlanAttempt(snapshot, weights, settings, DecisionLog.none(settings)).run();
  }

  private static boolean leavesLess(PlacementPlan a, PlacementPlan b) {
    long[] unplacedA = unplaced(a);
    long[] unplacedB = unplaced(b);
    for (int i = 0; i < unplacedA.length; i++) {
      if (unplacedA[i] != unplacedB[i]) {
        return unplacedA[i] < unplacedB[i];
      }
    }
    return false;
  }

  /** Replicas without a node for each priority, then their bytes. */
  private static long[] unplaced(PlacementPlan plan) {
    Map<ModelVersionId, DesiredReplicas> desired = new HashMap<>();
    plan.snapshot().desired().forEach(d -> desired.put(d.id(), d));
    long[] counts = new long[PRIORITIES + 1];
    for (PlacementPlan.UnplacedReplica unplaced : plan.unplaced()) {
      DesiredReplicas of = desired.get(unplaced.replica().version());
      if (of != null) {
        counts[Math.clamp(of.spec().priority(), 0, PRIORITIES - 1)]++;
        counts[PRIORITIES] += of.demand().deviceBytes();
      }
    }
    return counts;
  }
}
