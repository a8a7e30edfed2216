package io.dunlin.gateway.transport;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt to connect: doubling up to a bound, and each time a
 * random half to whole of it, so that gateways which lost a node together do not come back together
 * ("equal jitter"; Brooker, Exponential Backoff and Jitter, 2015).
 */
final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    this.minNanos = min.toNanos();
    this.maxNanos = max.toNanos();
    this.random = random;
  }

  /** The wait after one more failure. */
  long nextNanos() {
    int doublings = Math.min(failures, 30);
    failures++;
    long ceiling =
        minNanos > (maxNanos >> doublings) ? maxNanos : Math.min(maxNanos, minNanos << doublings);
    return ceiling - random.nextLong(ceiling / 2 + 1);
  }

  /** The node answered: the next wait is the shortest again. */
  void reset() {
    failures = 0;
  }
}
