package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;

/** The version's files are on the node's disk already: 1, else 0. It will be READY sooner. */
public final class ArtifactScorer implements PlacementScorer {
  @Override
  public String name() {
    return "artifact";
  }

  @Override
  public double value(Candidate candidate) {
    return candidate.artifactOnDisk() ? 1 : 0;
  }
}
