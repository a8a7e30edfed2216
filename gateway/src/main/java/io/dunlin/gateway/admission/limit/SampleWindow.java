package io.dunlin.gateway.admission.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Gathers answers until there are enough for a {@link LimitSample}. Thread-safe without locks: an
 * answer costs four striped additions; one that lands while the window is being closed may be
 * counted in either, or its parts in both, which a mean over many forgives.
 */
final class SampleWindow {
  static final long MIN_NANOS = 100_000_000;
  static final int MIN_ANSWERS = 10;

  private final LongAdder answers = new LongAdder();
  private final LongAdder roundTripNanos = new LongAdder();
  private final LongAdder queueNanos = new LongAdder();
  private final LongAdder computeNanos = new LongAdder();
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile long openedNanos;
  private volatile int maxInFlight;
  private volatile boolean replicasFull;

  SampleWindow(long nowNanos) {
    this.openedNanos = nowNanos;
  }

  void inFlight(int count) {
    if (count > maxInFlight) {
      maxInFlight = count;
    }
  }

  void answered(long roundTrip, long queue, long compute) {
    answers.increment();
    roundTripNanos.add(roundTrip);
    queueNanos.add(queue);
    computeNanos.add(compute);
  }

  void replicaFull() {
    replicasFull = true;
  }

  /** The sample if the window is long enough and has enough answers; a new window begins then. */
  @Nullable LimitSample closeIfDue(long nowNanos) {
    long elapsed = nowNanos - openedNanos;
    if (elapsed < MIN_NANOS || !closing.compareAndSet(false, true)) {
      return null;
    }
    try {
      boolean full = replicasFull;
      if (nowNanos - openedNanos < MIN_NANOS || answers.sum() < MIN_ANSWERS && !full) {
        return null;
      }
      openedNanos = nowNanos;
      replicasFull = false;
      int most = maxInFlight;
      maxInFlight = 0;
      long count = answers.sumThenReset();
      double divisor = Math.max(1, count);
      return new LimitSample(
          count,
          elapsed,
          roundTripNanos.sumThenReset() / divisor,
          queueNanos.sumThenReset() / divisor,
          computeNanos.sumThenReset() / divisor,
          most,
          full);
    } finally {
      closing.set(false);
    }
  }
}
