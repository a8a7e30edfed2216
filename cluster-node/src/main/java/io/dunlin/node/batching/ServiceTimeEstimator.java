package io.dunlin.node.batching;

/**
 * How long runs of one signature take, measured per size of the batch.
 *
 * <p>One bucket per power of two of rows (bucket b holds the sizes from 2^(b-1)+1 to 2^b), each
 * with an exponentially weighted mean of gain 1/8 and mean deviation of gain 1/4, started by the
 * first measurement: the smoothed round-trip time of TCP (Jacobson, "Congestion avoidance and
 * control", SIGCOMM 1988; RFC 6298 section 2).
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
  private static final double DEVIATION_GAIN = 1.0 / 4;

  /** Times the mean that a measurement counts at most. */
  private static final double OUTLIER = 2;

  /** Runs of other sizes after which a measurement is forgotten. */
  private static final int STALE_RUNS = 64;

  /** Deviations above the mean that a cautious estimate adds. */
  private static final double CAUTION = 2;

  private final double[] meanNanos = new double[BUCKETS];
  private final double[] deviationNanos = new double[BUCKETS];
  private final long[] lastRun = new long[BUCKETS];
  private long runs;
  private double meanRunNanos;
  private double meanRunRows;
  private boolean measured;

  /** Adds one successful run of so many rows, padding included. */
  public void record(int rows, long nanos) {
    int bucket = bucket(rows);
    if (isKnown(bucket)) {
      adapt(bucket, nanos);
    } else {
      meanNanos[bucket] = nanos;
      deviationNanos[bucket] = 0;
    }
    lastRun[bucket] = ++runs;
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
    return estimate(rows, 0);
  }

  /** What a run of so many rows seldom exceeds: two mean deviations above the mean. */
  public long cautiousNanos(int rows) {
    return estimate(rows, CAUTION);
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

  private void adapt(int bucket, long nanos) {
    double mean = meanNanos[bucket];
    if (nanos < mean / OUTLIER) {
      // The mean comes from outliers, such as a cold first run: unlearn it fast.
      meanNanos[bucket] = (mean + nanos) / 2;
      deviationNanos[bucket] /= 2;
      return;
    }
    double error = Math.min(nanos, OUTLIER * mean) - mean;
    meanNanos[bucket] += GAIN * error;
    deviationNanos[bucket] += DEVIATION_GAIN * (Math.abs(error) - deviationNanos[bucket]);
  }

  private long estimate(int rows, double deviations) {
    int bucket = bucket(rows);
    for (int b = bucket; b >= 0; b--) {
      if (isKnown(b)) {
        return (long) (meanNanos[b] + deviations * deviationNanos[b]);
      }
    }
    for (int b = bucket + 1; b < BUCKETS; b++) {
      if (isKnown(b)) {
        double larger = meanNanos[b] + deviations * deviationNanos[b];
        return (long) (larger * Math.scalb(1.0, bucket - b));
      }
    }
    return 0;
  }

  private boolean isKnown(int bucket) {
    return lastRun[bucket] > 0 && runs - lastRun[bucket] <= STALE_RUNS;
  }

  private static int bucket(int rows) {
    return rows <= 1 ? 0 : Math.min(BUCKETS - 1, 32 - Integer.numberOfLeadingZeros(rows - 1));
  }
}
