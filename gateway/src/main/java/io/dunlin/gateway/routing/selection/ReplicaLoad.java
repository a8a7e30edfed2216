package io.dunlin.gateway.routing.selection;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What this gateway knows of one replica's load: attempts under way, a moving average of how long
 * an attempt takes, and until when its queue is full. Thread-safe; updates may be lost under
 * contention, which an average forgives.
 */
public final class ReplicaLoad {
  private static final double WEIGHT = 0.1;

  /** An average nobody added to for so long says little: the replica may have recovered. */
  private static final long STALE_NANOS = 10_000_000_000L;

  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile double averageNanos;
  private volatile long answeredAtNanos;
  private volatile long fullUntilNanos;
  private volatile boolean full;

  public void started() {
    inFlight.incrementAndGet();
  }

  /** An attempt ended without telling anything about the replica's speed. */
  public void ended() {
    inFlight.decrementAndGet();
  }

  /** An attempt was answered after this long. */
  public void answered(long nanos, long nowNanos) {
    inFlight.decrementAndGet();
    double average = averageNanos;
    averageNanos = average == 0 ? nanos : average + WEIGHT * (nanos - average);
    answeredAtNanos = nowNanos;
    if (full) {
      full = false;
    }
  }

  /** An attempt was refused at once, because the queue is full for about this long. */
  public void refused(long waitNanos, long nowNanos) {
    inFlight.decrementAndGet();
    fullUntilNanos = nowNanos + waitNanos;
    full = true;
  }

  public int inFlight() {
    return inFlight.get();
  }

  /** How long an attempt takes, lately; 0 when nothing is known. */
  public double averageNanos(long nowNanos) {
    double average = averageNanos;
    boolean stale = inFlight.get() == 0 && nowNanos - answeredAtNanos > STALE_NANOS;
    return average == 0 || stale ? 0 : average;
  }

  /**
   * Expected time until a further attempt would be answered: everything before it and itself, at
   * the average pace (after Finagle's Peak EWMA), and the time until a full queue has room.
   *
   * @param unknownNanos the pace of a replica nothing is known of
   */
  public double cost(long nowNanos, double unknownNanos) {
    double average = averageNanos(nowNanos);
    double pace = average > 0 ? average : unknownNanos;
    double wait = full ? Math.max(0, fullUntilNanos - nowNanos) : 0;
    return wait + pace * (inFlight.get() + 1);
  }
}
