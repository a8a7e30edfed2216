package io.dunlin.gateway.pipeline;

/**
 * How long answers took lately: their 95th and 99th percentile over the last five to ten seconds,
 * or over the last answers there were while there are few. A histogram with four buckets for each
 * doubling (a quarter of a power of two is how exact it is), two windows of it that take turns, so
 * that what was slow once (the first requests of a process) is forgotten.
 *
 * <p>Percentiles are worked out at most ten times a second and are otherwise one read. Thread-safe;
 * counts may be lost under contention, which an estimate forgives.
 */
final class LatencyWindow {
  private static final int MIN_VALUES = 20;
  private static final long WINDOW_NANOS = 5_000_000_000L;
  private static final long REFRESH_NANOS = 100_000_000L;
  private static final int BUCKETS = Long.SIZE * 4;

  private int[] current = new int[BUCKETS];
  private int[] previous = new int[BUCKETS];
  private long windowBegan;
  private volatile long refreshedAt;
  private volatile boolean begun;
  private volatile long p95Nanos;
  private volatile long p99Nanos;

  void add(long nanos, long nowNanos) {
    current[bucket(nanos)]++;
    if (!begun || nowNanos - refreshedAt >= REFRESH_NANOS) {
      refresh(nowNanos);
    }
  }

  /** 0 until enough answers were seen. */
  long p95Nanos() {
    return p95Nanos;
  }

  /** 0 until enough answers were seen. */
  long p99Nanos() {
    return p99Nanos;
  }

  private synchronized void refresh(long nowNanos) {
    if (!begun) {
      begun = true;
      windowBegan = nowNanos;
    }
    int recent = sum(current);
    int all = recent + sum(previous);
    // until there is something to say, each answer is looked at
    refreshedAt = all < MIN_VALUES ? nowNanos - REFRESH_NANOS : nowNanos;
    if (all >= MIN_VALUES) {
      p95Nanos = quantile(all, 0.95);
      p99Nanos = quantile(all, 0.99);
    }
    if (recent >= MIN_VALUES && nowNanos - windowBegan >= WINDOW_NANOS) {
      previous = current;
      current = new int[BUCKETS];
      windowBegan = nowNanos;
    }
  }

  /** The upper end of the bucket in which that part of all values is reached. */
  private long quantile(int all, double part) {
    long rank = (long) Math.ceil(all * part);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += current[i] + previous[i];
      if (seen >= rank) {
        return upperEnd(i);
      }
    }
    return upperEnd(BUCKETS - 1);
  }

  private static int sum(int[] counts) {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** The highest bit, and the two below it. */
  private static int bucket(long nanos) {
    long value = Math.max(4, nanos);
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    return exponent * 4 + (int) (value >>> (exponent - 2) & 3);
  }

  private static long upperEnd(int bucket) {
    int exponent = bucket / 4;
    long end = (5L + bucket % 4) << (exponent - 2);
    return exponent >= Long.SIZE - 2 || end < 0 ? Long.MAX_VALUE : end;
  }
}
