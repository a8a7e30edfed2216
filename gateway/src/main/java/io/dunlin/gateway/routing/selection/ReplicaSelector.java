package io.dunlin.gateway.routing.selection;

import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Power of two choices: draws two candidates at random and takes the one with the lower cost
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001). Near-optimal
 * balance from stale, local knowledge, without herding to one replica.
 */
public final class ReplicaSelector {
  private final RandomGenerator random;

  public ReplicaSelector(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param candidates at least one
   * @return the cheaper of two drawn; the first drawn on a tie
   */
  public <T> T select(List<T> candidates, Function<T, ReplicaLoad> load) {
    int size = candidates.size();
    if (size == 1) {
      return candidates.get(0);
    }
    int first = random.nextInt(size);
    int second = random.nextInt(size - 1);
    if (second >= first) {
      second++;
    }
    T one = candidates.get(first);
    T other = candidates.get(second);
    return load.apply(one).cost() <= load.apply(other).cost() ? one : other;
  }
}
