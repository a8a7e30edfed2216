package io.dunlin.loadtest.generator;

import java.util.random.RandomGenerator;

/** When the requests of an open loop leave. Not thread-safe: one schedule for one run. */
@FunctionalInterface
public interface Arrivals {
  /** Nanoseconds from the start of the run to the next request; never less than the one before. */
  long nextNanos();

  /**
   * Evenly spaced.
   *
   * @param perSecond requests in a second, above 0
   */
  static Arrivals constant(double perSecond) {
    double gapNanos = gapNanos(perSecond);
    return new Arrivals() {
      private long sent;

      @Override
      public long nextNanos() {
        // From the count, not by adding up gaps: rounding must not shift the rate.
        return (long) (gapNanos * sent++);
      }
    };
  }

  /** A Poisson process: many independent callers, so requests also come in clumps. */
  static Arrivals poisson(double perSecond, RandomGenerator random) {
    double gapNanos = gapNanos(perSecond);
    return new Arrivals() {
      private double at;

      @Override
      public long nextNanos() {
        at += gapNanos * random.nextExponential();
        return (long) at;
      }
    };
  }

  private static double gapNanos(double perSecond) {
    if (!(perSecond > 0) || Double.isInfinite(perSecond)) {
      throw new IllegalArgumentException("rate: " + perSecond + " (expected: > 0 per second)");
    }
    return 1e9 / perSecond;
  }
}
