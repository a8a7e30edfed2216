package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;

/**
 * Work for every node. Half for few replicas: 1/(1 + replicas on the node), which tells nodes apart
 * when models are small; half for the share of the device left free, which does when they are
 * large.
 */
public final class BalanceScorer implements PlacementScorer {
  @Override
  public String name() {
    return "balance";
  }

  @Override
  public double value(Candidate candidate) {
    long total = candidate.node().device().totalBytes();
    long left = candidate.freeDeviceBytes() - candidate.demand().deviceBytes();
    double free = total == 0 ? 0 : Math.clamp((double) left / total, 0, 1);
    return (1.0 / (1 + candidate.replicasHere()) + free) / 2;
  }
}
