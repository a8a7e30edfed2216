package io.dunlin.node.placement;

/**
 * @param rebalanceBudget moves for balance's sake that may be under way at once; 0 for none
 * @param underusedShare a node is underused, and gets replicas of others, when it has less than
 *     this share of the mean number of replicas and of the mean share of memory used; 0..1
 * @param maxExplainedReplicas replicas of one model whose decisions are recorded in full
 * @param maxExplainedCandidates candidates listed in one decision record, the best first
 */
public record PlacementSettings(
    int rebalanceBudget,
    double underusedShare,
    int maxExplainedReplicas,
    int maxExplainedCandidates) {
  public static final PlacementSettings DEFAULT = new PlacementSettings(4, 0.8, 100, 50);

  public PlacementSettings {
    require("rebalanceBudget", rebalanceBudget, 0, 10_000);
    require("maxExplainedReplicas", maxExplainedReplicas, 1, 10_000);
    require("maxExplainedCandidates", maxExplainedCandidates, 1, 10_000);
    if (!(underusedShare >= 0 && underusedShare <= 1)) {
      throw new IllegalArgumentException("underusedShare: " + underusedShare + " (expected: 0..1)");
    }
  }

  private static void require(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + ".." + max + ")");
    }
  }
}
