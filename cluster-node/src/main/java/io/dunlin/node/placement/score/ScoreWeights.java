package io.dunlin.node.placement.score;

/**
 * What each wish weighs; the weights of a set sum to 1.
 *
 * @param spread weight of {@link SpreadScorer}
 * @param fit weight of {@link FitScorer}
 * @param balance weight of {@link BalanceScorer}
 * @param artifact weight of {@link ArtifactScorer}
 * @param load weight of {@link LoadScorer}
 * @param device weight of {@link DevicePreferenceScorer}
 */
public record ScoreWeights(
    double spread, double fit, double balance, double artifact, double load, double device) {
  /** While everything fits: every node gets work. */
  public static final ScoreWeights BALANCED = new ScoreWeights(0.40, 0.05, 0.30, 0.10, 0.10, 0.05);

  /** When something does not fit that way: holes are filled. */
  public static final ScoreWeights PACKED = new ScoreWeights(0.40, 0.35, 0, 0.10, 0.10, 0.05);
}
