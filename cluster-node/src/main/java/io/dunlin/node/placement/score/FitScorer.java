package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;

/**
 * Best fit: 1 - (bytes left on the device)/(the largest device of its kind). The node that is left
 * with least wins, so that the large holes stay for large models.
 */
public final class FitScorer implements PlacementScorer {
  @Override
  public String name() {
    return "fit";
  }

  @Override
  public double value(Candidate candidate) {
    long left = candidate.freeDeviceBytes() - candidate.demand().deviceBytes();
    long largest = candidate.largestDeviceBytes();
    return largest == 0 ? 1 : Math.clamp(1 - (double) left / largest, 0, 1);
  }
}
