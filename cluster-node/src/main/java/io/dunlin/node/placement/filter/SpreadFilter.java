package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;

/**
 * Spread, as far as it can be honoured: among the nodes that pass every other filter only those of
 * the smallest level are left. With {@code placement.spread} the level is the number of replicas of
 * the version in the node's zone, so that a zone takes a second one only when no zone without one
 * fits; without it, the number on the node itself, so that a node takes a second one only when no
 * other node fits. Rationale: a zone that fails takes all its nodes; but a replica in a crowded
 * place is better than none.
 */
public final class SpreadFilter implements PlacementFilter {
  @Override
  public String name() {
    return "spread";
  }

  /** Smaller is better. */
  public int level(Candidate candidate) {
    return candidate.spec().placement().spread()
        ? candidate.replicasOfVersionInZone()
        : candidate.replicasOfVersionHere().size();
  }

  @Override
  public boolean passes(Candidate candidate) {
    return level(candidate) <= candidate.bestSpreadLevel();
  }

  @Override
  public String reason(Candidate candidate) {
    if (!candidate.spec().placement().spread()) {
      return OneReplicaPerNodeFilter.holds(candidate) + ", and a node with fewer has room";
    }
    String zone = candidate.node().zone();
    int level = level(candidate);
    return (zone.isEmpty() ? "the nodes without a zone hold " : "zone " + zone + " holds ")
        + level
        + (level == 1 ? " replica" : " replicas")
        + ", a zone with "
        + candidate.bestSpreadLevel()
        + " has room";
  }
}
