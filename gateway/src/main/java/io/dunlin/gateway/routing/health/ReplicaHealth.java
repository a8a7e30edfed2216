package io.dunlin.gateway.routing.health;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether a replica is worth asking (after Envoy's outlier detection: consecutive failures eject, a
 * replica stays away twice as long each time; and one probe, not the full load, brings it back).
 *
 * <pre>
 * HEALTHY -> EJECTED   so many failures in a row, or it said that it is leaving
 * EJECTED -> PROBING   its time is over and a request was sent to it
 * PROBING -> HEALTHY   a probe was answered
 * PROBING -> EJECTED   it failed: for twice as long
 * PROBING -> EJECTED   it was given up: the next request probes again
 * EJECTED -> HEALTHY   an attempt from before was answered after all
 * </pre>
 *
 * Whether an ejected replica is asked all the same, because no other is left, is the router's
 * decision. Thread-safe; an answer from a healthy replica costs one read.
 */
public final class ReplicaHealth {
  /** Where it stands. */
  public enum State {
    HEALTHY,
    EJECTED,
    PROBING
  }

  private final HealthSettings settings;
  private final AtomicInteger failuresInRow = new AtomicInteger();
  private volatile State state = State.HEALTHY;
  private volatile long ejectedUntilNanos;
  private int ejectionsInRow; // guarded by this

  public ReplicaHealth(HealthSettings settings) {
    this.settings = settings;
  }

  public State state() {
    return state;
  }

  /** Whether it takes its share of requests. */
  public boolean isHealthy() {
    return state == State.HEALTHY;
  }

  /** Whether the next request should be sent to it, to see. */
  public boolean isProbeDue(long nowNanos) {
    return state == State.EJECTED && nowNanos - ejectedUntilNanos >= 0;
  }

  /** Makes the caller's request the probe; false when another was faster. */
  public synchronized boolean tryProbe(long nowNanos) {
    if (!isProbeDue(nowNanos)) {
      return false;
    }
    state = State.PROBING;
    return true;
  }

  /** An attempt was answered by the replica, whatever it said of the request. */
  public void succeeded() {
    if (failuresInRow.get() != 0) {
      failuresInRow.set(0);
    }
    if (state != State.HEALTHY) {
      readmit();
    }
  }

  private synchronized void readmit() {
    state = State.HEALTHY;
    ejectionsInRow = 0;
  }

  /**
   * An attempt failed, or was not answered in time.
   *
   * @return whether this ejected the replica
   */
  public boolean failed(long nowNanos) {
    int failures = failuresInRow.incrementAndGet();
    if (failures < settings.consecutiveFailures() && state == State.HEALTHY) {
      return false;
    }
    return ejectUnlessAway(nowNanos);
  }

  /**
   * It said that it takes no more work: no use in asking again until the routing table knows.
   *
   * @return whether this ejected the replica
   */
  public boolean leaving(long nowNanos) {
    return ejectUnlessAway(nowNanos);
  }

  /** A probe ended without telling anything. */
  public synchronized void probeGivenUp(long nowNanos) {
    if (state == State.PROBING) {
      state = State.EJECTED;
      ejectedUntilNanos = nowNanos;
    }
  }

  private synchronized boolean ejectUnlessAway(long nowNanos) {
    if (state == State.EJECTED) {
      return false;
    }
    long base = settings.baseEjection().toNanos();
    long max = settings.maxEjection().toNanos();
    int doublings = Math.min(ejectionsInRow, 30);
    long nanos = base > max >> doublings ? max : base << doublings;
    ejectionsInRow++;
    failuresInRow.set(0);
    ejectedUntilNanos = nowNanos + nanos;
    state = State.EJECTED;
    return true;
  }
}
