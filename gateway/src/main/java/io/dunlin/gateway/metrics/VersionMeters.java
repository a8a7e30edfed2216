package io.dunlin.gateway.metrics;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.gateway.pipeline.TrafficObserver;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The series of one model version, looked up once: a request costs striped additions and no label
 * look-up.
 */
final class VersionMeters implements TrafficObserver.VersionObserver {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final Origin.Protocol[] PROTOCOLS = Origin.Protocol.values();
  private static final FailureCode[] CODES = FailureCode.values();

  /** Success, then each failure. */
  private static final int OUTCOMES = CODES.length + 1;

  private final TrafficMetrics metrics;
  private final ModelVersionId version;
  private final String[] labels;
  private final ConcurrencyLimiter limiter;
  private final RetryBudget budget;
  private final AtomicReferenceArray<CounterDataPoint> requests =
      new AtomicReferenceArray<>(PROTOCOLS.length * OUTCOMES);
  private final DistributionDataPoint duration;
  private final DistributionDataPoint queue;
  private final DistributionDataPoint compute;
  private final DistributionDataPoint batchRows;

  VersionMeters(
      TrafficMetrics metrics,
      ModelVersionId version,
      ConcurrencyLimiter limiter,
      RetryBudget budget) {
    this.metrics = metrics;
    this.version = version;
    this.labels = new String[] {version.model(), Long.toString(version.version())};
    this.limiter = limiter;
    this.budget = budget;
    this.duration = metrics.duration().labelValues(labels);
    this.queue = metrics.queue().labelValues(labels);
    this.compute = metrics.compute().labelValues(labels);
    this.batchRows = metrics.batchRows().labelValues(labels);
  }

  ConcurrencyLimiter limiter() {
    return limiter;
  }

  RetryBudget budget() {
    return budget;
  }

  String[] labels() {
    return labels.clone();
  }

  @Override
  public void answered(
      Origin.Protocol protocol, @Nullable FailureCode code, long nanos, @Nullable Timings timings) {
    counter(protocol, code).inc();
    duration.observe(nanos / NANOS_PER_SECOND);
    if (timings != null) {
      queue.observe(timings.queueNanos() / NANOS_PER_SECOND);
      compute.observe(timings.computeNanos() / NANOS_PER_SECOND);
      batchRows.observe(timings.batchRows());
    }
  }

  private CounterDataPoint counter(Origin.Protocol protocol, @Nullable FailureCode code) {
    int index = protocol.ordinal() * OUTCOMES + (code == null ? 0 : code.ordinal() + 1);
    CounterDataPoint known = requests.get(index);
    if (known != null) {
      return known;
    }
    CounterDataPoint created =
        metrics.requests().labelValues(labels[0], labels[1], protocol.label(), text(code));
    requests.set(index, created);
    return created;
  }

  private static String text(@Nullable FailureCode code) {
    return code == null ? "ok" : code.code();
  }

  @Override
  public void refused(TrafficObserver.Refusal reason) {
    metrics.refused().labelValues(labels[0], labels[1], TrafficMetrics.label(reason)).inc();
  }

  @Override
  public void again(TrafficObserver.Again reason) {
    metrics.again().labelValues(labels[0], labels[1], TrafficMetrics.label(reason)).inc();
  }

  @Override
  public void budgetExhausted() {
    metrics.budgetExhausted().labelValues(labels).inc();
  }

  @Override
  public void ejected() {
    metrics.ejections().labelValues(labels).inc();
  }

  @Override
  public void ended() {
    for (Origin.Protocol protocol : PROTOCOLS) {
      metrics.requests().remove(labels[0], labels[1], protocol.label(), text(null));
      for (FailureCode code : CODES) {
        metrics.requests().remove(labels[0], labels[1], protocol.label(), text(code));
      }
    }
    metrics.remove(version, labels);
  }
}
