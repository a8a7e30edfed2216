package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.PlacementFilter;

/**
 * The node takes new replicas. Rationale: a draining node is about to go, and nobody can say
 * whether an unreachable one is still there.
 */
public final class AvailabilityFilter implements PlacementFilter {
  @Override
  public String name() {
    return "availability";
  }

  @Override
  public boolean passes(Candidate candidate) {
    return candidate.node().condition() == Condition.UP;
  }

  @Override
  public String reason(Candidate candidate) {
    return candidate.node().condition() == Condition.DRAINING ? "is draining" : "is unreachable";
  }
}
