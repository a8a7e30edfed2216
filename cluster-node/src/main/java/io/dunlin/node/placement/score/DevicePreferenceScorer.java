package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;
import io.dunlin.shared.model.ModelSpec.DeviceKind;

/**
 * For a model that takes any device: a GPU is faster, but scarce, so it is preferred while more
 * than half of it would stay free for models that ask for one. A GPU's value is the share left
 * free, a CPU's is one half. Models that name their device have no preference (one half).
 */
public final class DevicePreferenceScorer implements PlacementScorer {
  private static final double NEUTRAL = 0.5;

  @Override
  public String name() {
    return "device";
  }

  @Override
  public double value(Candidate candidate) {
    boolean indifferent =
        candidate.spec().device() != DeviceKind.ANY
            || candidate.node().device().kind() == DeviceKind.CPU;
    long total = candidate.node().device().totalBytes();
    if (indifferent || total == 0) {
      return NEUTRAL;
    }
    long left = candidate.freeDeviceBytes() - candidate.demand().deviceBytes();
    return Math.clamp((double) left / total, 0, 1);
  }
}
