package io.dunlin.gateway.routing.selection;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What this gateway knows of one replica's load: attempts under way, and a moving average of how
 * long an attempt takes. Thread-safe; updates may be lost under contention, which an average
 * forgives.
 */
public final class ReplicaLoad {
  private static final double WEIGHT = 0.1;

  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile double averageNanos;

  public void started() {
    inFlight.incrementAndGet();
  }

  /** An attempt ended without telling anything about the replica's speed. */
  public void ended() {
    inFlight.decrementAndGet();
  }

  /** An attempt was answered after this long. */
  public void answered(long nanos) {
    inFlight.decrementAndGet();
    double average = averageNanos;
    averageNanos = average == 0 ? nanos : average + WEIGHT * (nanos - average);
  }

  public int inFlight() {
    return inFlight.get();
  }

  /**
   * Expected time until a further attempt would be answered: everything before it and itself, at
   * the average pace (after Finagle's Peak EWMA). A replica never used costs nothing, so it gets
   * tried.
   */
  public double cost() {
    return averageNanos * (inFlight.get() + 1);
  }
}
