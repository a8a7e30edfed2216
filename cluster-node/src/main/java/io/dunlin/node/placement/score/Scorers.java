package io.dunlin.node.placement.score;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementScorer;
import io.dunlin.node.placement.Score;
import java.util.ArrayList;
import java.util.List;

/**
 * The weighed sum of the scorers, as a number (fast, for every candidate) and in parts (for the
 * winner and for explanations); both are the same number. Fields of their own types for the reason
 * {@link io.dunlin.node.placement.filter.Filters} gives.
 */
public final class Scorers {
  private final SpreadScorer spread = new SpreadScorer();
  private final FitScorer fit = new FitScorer();
  private final BalanceScorer balance = new BalanceScorer();
  private final ArtifactScorer artifact = new ArtifactScorer();
  private final LoadScorer load = new LoadScorer();
  private final DevicePreferenceScorer device = new DevicePreferenceScorer();
  private final ScoreWeights weights;

  public Scorers(ScoreWeights weights) {
    this.weights = weights;
  }

  public double total(Candidate candidate) {
    return weights.spread() * spread.value(candidate)
        + weights.fit() * fit.value(candidate)
        + weights.balance() * balance.value(candidate)
        + weights.artifact() * artifact.value(candidate)
        + weights.load() * load.value(candidate)
        + weights.device() * device.value(candidate);
  }

  public Score score(Candidate candidate) {
    List<Score.Part> parts = new ArrayList<>(6);
    add(parts, spread, weights.spread(), candidate);
    add(parts, fit, weights.fit(), candidate);
    add(parts, balance, weights.balance(), candidate);
    add(parts, artifact, weights.artifact(), candidate);
    add(parts, load, weights.load(), candidate);
    add(parts, device, weights.device(), candidate);
    return new Score(parts);
  }

  private static void add(
      List<Score.Part> parts, PlacementScorer scorer, double weight, Candidate candidate) {
    if (weight > 0) {
      parts.add(new Score.Part(scorer.name(), weight * scorer.value(candidate)));
    }
  }
}
