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

  LatencyWindow latency() {
    return latency;
  }

  TrafficObserver.VersionObserver observer() {
    return observer;
  }

  /** Whether a request may be run twice. */
  boolean isIdempotent() {
    return failover.idempotent();
  }

  /** Whether a second replica is asked before the first has failed. */
  boolean isHedged() {
    ModelSpec.Failover current = failover;
    return current.hedging() && current.idempotent();
  }

  void setFailover(ModelSpec.Failover current) {
    failover = current;
  }
}
