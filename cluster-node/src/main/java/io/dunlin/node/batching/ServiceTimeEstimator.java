package io.dunlin.node.batching;

/**
 * How long runs of one signature take, measured per size of the batch.
 *
 * <p>One bucket per power of two of rows (bucket b holds the sizes from 2^(b-1)+1 to 2^b), each
 * with an exponentially weighted moving average of gain 1/8 that starts at the first measurement:
 * the smoothed round-trip time of TCP (Jacobson, "Congestion avoidance and control", SIGCOMM 1988;
 * RFC 6298 section 2). Beside it the fastest of the last 8 to 16 runs, a two-slot windowed minimum
 * as BBR's min_rtt: no outlier can raise it, so it can serve as a lower bound.
 *
 * <p>A size that was never measured is guessed low on purpose, so that nothing is refused for want
 * of knowledge: from the nearest smaller size as it is, from the nearest larger one in proportion
 * to the rows, and with no measurement at all as 0.
 *
 * <p>Times in nanoseconds. Not thread-safe.
 */
public final class ServiceTimeEstimator {
  private static final int BUCKETS = 32;
  private static final double GAIN = 1.0 / 8;
  private static final int MINIMUM_WINDOW = 8;

  private final double[] meanNanos = new double[BUCKETS];
  private final long[] fastestNanos = new long[BUCKETS];
  private final long[] previousFastestNanos = new long[BUCKETS];
  private final int[] runs = new int[BUCKETS];
  private double meanRunNanos;
  private double meanRunRows;
  private boolean measured;

  /** Adds one successful run of so many rows, padding included. */
  public void record(int rows, long nanos) {
    int bucket = bucket(rows);
    if (runs[bucket] == 0) {
      meanNanos[bucket] = nanos;
      previousFastestNanos[bucket] = nanos;
    } else {
      meanNanos[bucket] += GAIN * (nanos - meanNanos[bucket]);
    }
    recordFastest(bucket, nanos);
    if (measured) {
      meanRunNanos += GAIN * (nanos - meanRunNanos);
      meanRunRows += GAIN * (rows - meanRunRows);
    } else {
      meanRunNanos = nanos;
      meanRunRows = rows;
      measured = true;
    }
  }

  /** Whether anything was measured. */
  public boolean isMeasured() {
    return measured;
  }

  /** What a run of so many rows is expected to take; 0 when nothing is known. */
  public long expectedNanos(int rows) {
    int bucket = bucket(rows);
    for (int b = bucket; b >= 0; b--) {
      if (runs[b] > 0) {
        return (long) meanNanos[b];
      }
    }
    for (int b = bucket + 1; b < BUCKETS; b++) {
      if (runs[b] > 0) {
        return (long) (meanNanos[b] * Math.scalb(1.0, bucket - b));
      }
    }
    return 0;
  }

  /**
   * What a run of so many rows takes at least, judged by the fastest of the recent runs of that
   * size or the nearest smaller one; 0 when nothing is known of those.
   */
  public long fastestNanos(int rows) {
    for (int b = bucket(rows); b >= 0; b--) {
      if (runs[b] > 0) {
        return Math.min(fastestNanos[b], previousFastestNanos[b]);
      }
    }
    return 0;
  }

  /** Time per row when rows are run in batches of {@code batchRows}; 0 when nothing is known. */
  public double nanosPerRow(int batchRows) {
    return (double) expectedNanos(batchRows) / batchRows;
  }

  /** Time per row of the runs as they came; 0 when nothing is known. */
  public double nanosPerRowAsRun() {
    return measured ? meanRunNanos / Math.max(1, meanRunRows) : 0;
  }

  /** The average over runs of all sizes; 0 when nothing is known. */
  public long meanRunNanos() {
    return (long) meanRunNanos;
  }

  private void recordFastest(int bucket, long nanos) {
    if (runs[bucket] % MINIMUM_WINDOW == 0) {
      if (runs[bucket] > 0) {
        previousFastestNanos[bucket] = fastestNanos[bucket];
      }
      fastestNanos[bucket] = nanos;
    } else {
      fastestNanos[bucket] = Math.min(fastestNanos[bucket], nanos);
    }
    // Stays positive and keeps its phase when it wraps: both constants are multiples of the window.
    runs[bucket] = runs[bucket] == 2 * MINIMUM_WINDOW ? MINIMUM_WINDOW + 1 : runs[bucket] + 1;
  }

  private static int bucket(int rows) {
    return rows <= 1 ? 0 : Math.min(BUCKETS - 1, 32 - Integer.numberOfLeadingZeros(rows - 1));
  }
}
