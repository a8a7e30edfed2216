package io.dunlin.gateway.routing.selection;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Power of two choices: draws two candidates at random and takes the one with the lower cost
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001). Near-optimal
 * balance from stale, local knowledge, without herding to one replica.
 *
 * <p>A candidate in this process is always one of the two and wins ties: it saves the hop.
 *
 * <p>Candidates are named by the bits of a long, so that choosing allocates nothing.
 */
public final class ReplicaSelector {
  /** The most candidates there can be. */
  public static final int MAX_CANDIDATES = Long.SIZE;

  /** What a new replica is taken to need while no other is known either. */
  private static final double UNKNOWN_NANOS = 1e6;

  private final RandomGenerator random;

  /** What is known of a candidate. */
  public interface Candidate {
    ReplicaLoad load();

    boolean isLocal();
  }

  public ReplicaSelector(RandomGenerator random) {
    this.random = random;
  }

  /** Any of so many; where to begin among more than {@link #MAX_CANDIDATES}. */
  public int anyOf(int size) {
    return random.nextInt(size);
  }

  /**
   * @param among the candidates and others
   * @param candidates bit i is set when the i-th is a candidate; at least one is
   * @return the index of the cheaper of two drawn; of the first drawn on a tie
   */
  public int select(List<? extends Candidate> among, long candidates, long nowNanos) {
    int size = Long.bitCount(candidates);
    if (size == 1) {
      return Long.numberOfTrailingZeros(candidates);
    }
    int first = local(among, candidates);
    if (first < 0) {
      first = setBit(candidates, random.nextInt(size));
    }
    long others = candidates & ~(1L << first);
    int second = setBit(others, size == 2 ? 0 : random.nextInt(size - 1));
    return isCheaper(among.get(second).load(), among.get(first).load(), nowNanos) ? second : first;
  }

  private static boolean isCheaper(ReplicaLoad one, ReplicaLoad other, long nowNanos) {
    double oneAverage = one.averageNanos(nowNanos);
    double otherAverage = other.averageNanos(nowNanos);
    // A replica nothing is known of is taken to be as fast as the other, so that it gets tried
    // without getting everything until its first answer.
    double known = Math.max(oneAverage, otherAverage);
    double unknown = known > 0 ? known : UNKNOWN_NANOS;
    return one.cost(nowNanos, unknown) < other.cost(nowNanos, unknown);
  }

  private static int local(List<? extends Candidate> among, long candidates) {
    for (long rest = candidates; rest != 0; rest &= rest - 1) {
      int index = Long.numberOfTrailingZeros(rest);
      if (among.get(index).isLocal()) {
        return index;
      }
    }
    return -1;
  }

  /** The index of the n-th set bit, counted from 0. */
  private static int setBit(long bits, int n) {
    long rest = bits;
    for (int i = 0; i < n; i++) {
      rest &= rest - 1;
    }
    return Long.numberOfTrailingZeros(rest);
  }
}
