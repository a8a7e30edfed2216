package io.dunlin.node.dataport;

/**
 * How a node divides what it takes in between the gateways: equal shares of the budget, none
 * smaller than the largest message, and no more gateways than that allows.
 *
 * <p>When one more comes, the others' shares shrink; what they have outstanding beyond it is not
 * taken away, so for a round trip the sum may exceed the budget, by less than a new share.
 */
final class CreditShares {
  private final long budgetBytes;
  private final long leastShareBytes;

  CreditShares(long budgetBytes, long leastShareBytes) {
    this.budgetBytes = budgetBytes;
    this.leastShareBytes = leastShareBytes;
  }

  /** The most gateways that have a share each. */
  int maxGateways() {
    return (int) Math.min(Integer.MAX_VALUE, budgetBytes / leastShareBytes);
  }

  /** Each one's share when there are this many. */
  long shareBytes(int gateways) {
    if (gateways < 1 || gateways > maxGateways()) {
      throw new IllegalArgumentException(
          "gateways: " + gateways + " (expected: 1.." + maxGateways() + ")");
    }
    return budgetBytes / gateways;
  }
}
