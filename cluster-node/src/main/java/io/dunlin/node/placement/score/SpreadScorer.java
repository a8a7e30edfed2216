package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;

/**
 * Far from the version's other replicas. Half for the node: 1/(1 + replicas of the version here).
 * Half for the zone: 1 - (replicas of the version in this zone)/(replicas of the version).
 */
public final class SpreadScorer implements PlacementScorer {
  @Override
  public String name() {
    return "spread";
  }

  @Override
  public double value(Candidate candidate) {
    int all = candidate.replicasOfVersion();
    double node = 1.0 / (1 + candidate.replicasOfVersionHere().size());
    double zone = all == 0 ? 1 : 1 - (double) candidate.replicasOfVersionInZone() / all;
    return (node + zone) / 2;
  }
}
