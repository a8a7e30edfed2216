package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The traffic of every model version; as many entries as there are versions served. */
public final class TrafficTable {
  private final AdmissionSettings admission;
  private final RetryBudget.Settings retries;
  private final TrafficObserver observer;
  private final ConcurrentHashMap<ModelVersionId, VersionTraffic> versions =
      new ConcurrentHashMap<>();
  private volatile Map<String, ModelSpec.Failover> failover = Map.of();

  public TrafficTable(
      AdmissionSettings admission, RetryBudget.Settings retries, TrafficObserver observer) {
    this.admission = admission;
    this.retries = retries;
    this.observer = observer;
  }

  VersionTraffic of(ModelVersionId version, long nowNanos) {
    VersionTraffic known = versions.get(version);
    return known != null ? known : versions.computeIfAbsent(version, key -> begin(key, nowNanos));
  }

  private VersionTraffic begin(ModelVersionId version, long nowNanos) {
    ConcurrencyLimiter limiter =
        new ConcurrencyLimiter(admission.limit(), admission.tenants(), nowNanos);
    RetryBudget budget = new RetryBudget(retries, nowNanos);
    return new VersionTraffic(
        limiter,
        budget,
        observer.began(version, limiter, budget),
        failover.getOrDefault(version.model(), ModelSpec.Failover.DEFAULT));
  }

  /**
   * Takes over what the models' specs say now, and forgets versions that are served no more and
   * have nothing under way.
   */
  public void follow(Map<String, ModelSpec.Failover> byModel, Set<ModelVersionId> served) {
    failover = byModel;
    versions.forEach(
        (version, traffic) -> {
          traffic.setFailover(byModel.getOrDefault(version.model(), ModelSpec.Failover.DEFAULT));
          if (!served.contains(version)
              && traffic.limiter().inFlight() == 0
              && versions.remove(version, traffic)) {
            traffic.observer().ended();
          }
        });
  }
}
