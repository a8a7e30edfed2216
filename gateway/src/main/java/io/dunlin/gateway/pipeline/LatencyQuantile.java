package io.dunlin.gateway.pipeline;

/**
 * An estimate of the 95th percentile of a stream, kept in one number: each value moves it up a
 * little when it is above and down a nineteenth of that when it is below, so it rests where 95 %
 * lie below (stochastic approximation; Ma, Muthukrishnan and Sandler, "Frugal Streaming for
 * Estimating Quantiles", 2013). Steps are relative, so it follows from microseconds to minutes.
 * Thread-safe; updates may be lost under contention, which an estimate forgives.
 */
final class LatencyQuantile {
  private static final double QUANTILE = 0.95;
  private static final double STEP = 0.05;
  private static final int MIN_VALUES = 20;

  private volatile double estimateNanos;
  private volatile int values;

  void add(long nanos) {
    double estimate = estimateNanos;
    int seen = values;
    if (seen < MIN_VALUES) {
      // the largest of the first twenty is about their 95th percentile
      estimateNanos = Math.max(estimate, nanos);
      values = seen + 1;
    } else {
      estimateNanos =
          nanos > estimate
              ? estimate * (1 + STEP * QUANTILE)
              : estimate * (1 - STEP * (1 - QUANTILE));
    }
  }

  /** 0 until enough values were seen. */
  long nanos() {
    return values < MIN_VALUES ? 0 : (long) estimateNanos;
  }
}
