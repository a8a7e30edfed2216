package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.shared.model.ModelSpec;

/** What this gateway keeps for each model version it sends requests to. Thread-safe. */
final class VersionTraffic {
  private final ConcurrencyLimiter limiter;
  private final RetryBudget budget;
  private final LatencyWindow latency = new LatencyWindow();
  private final TrafficObserver.VersionObserver observer;
  private volatile ModelSpec.Failover failover;

  VersionTraffic(
      ConcurrencyLimiter limiter,
      RetryBudget budget,
      TrafficObserver.VersionObserver observer,
      ModelSpec.Failover failover) {
    this.limiter = limiter;
    this.budget = budget;
    this.observer = observer;
    this.failover = failover;
  }

  ConcurrencyLimiter limiter() {
    return limiter;
  }

  RetryBudget budget() {
    return budget;
  }

  /** An answer took so long. */
  void tookRoundTrip(long nanos, long nowNanos) {
    latency.add(nanos, nowNanos);
  }

  /** What 99 in 100 answers take, lately; 0 while that is not known. */
  long p99Nanos() {
    return latency.p99Nanos();
  }

  /** When to ask a second replica too, to hedge; 0 where the model does not ask for that. */
  long hedgeNanos() {
    return isHedged() ? latency.p95Nanos() : 0;
  }

  TrafficObserver.VersionObserver observer() {
    return observer;
  }

  /** Whether a request may be run twice. */
  boolean isIdempotent() {
    return failover.idempotent();
  }

  /** Whether a second replica is asked before the first has failed. */
  private boolean isHedged() {
    ModelSpec.Failover current = failover;
    return current.hedging() && current.idempotent();
  }

  void setFailover(ModelSpec.Failover current) {
    failover = current;
  }
}
