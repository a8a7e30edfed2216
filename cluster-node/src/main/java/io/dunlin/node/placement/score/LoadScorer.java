package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;

/** The node is idle: 1 - load. */
public final class LoadScorer implements PlacementScorer {
  @Override
  public String name() {
    return "load";
  }

  @Override
  public double value(Candidate candidate) {
    return 1 - candidate.node().load();
  }
}
