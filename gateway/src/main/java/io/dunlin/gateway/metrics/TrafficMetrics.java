package io.dunlin.gateway.metrics;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.pipeline.TrafficObserver;
import io.dunlin.shared.model.ModelVersionId;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** What is counted of requests, by model and version. */
final class TrafficMetrics implements TrafficObserver {
  private static final String[] VERSION = {"model", "version"};
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };
  private static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final ConcurrentHashMap<ModelVersionId, VersionMeters> versions =
      new ConcurrentHashMap<>();
  private final Counter requests;
  private final Counter refused;
  private final Counter again;
  private final Counter budgetExhausted;
  private final Counter ejections;
  private final Histogram duration;
  private final Histogram queue;
  private final Histogram compute;
  private final Histogram batchRows;

  TrafficMetrics(PrometheusRegistry registry, LongSupplier nanoClock) {
    requests =
        Counter.builder()
            .name("dunlin_requests_total")
            .help("Inference requests answered, by outcome; code ok or a failure's code.")
            .labelNames("model", "version", "protocol", "code")
            .register(registry);
    refused = counter(registry, "dunlin_requests_refused_total", "Not admitted, by reason.", true);
    again =
        counter(
            registry,
            "dunlin_attempts_repeated_total",
            "Attempts beyond a request's first, by reason.",
            true);
    budgetExhausted =
        counter(
            registry,
            "dunlin_retry_budget_exhausted_total",
            "Further attempts not made because the budget for them was used up.",
            false);
    ejections =
        counter(
            registry, "dunlin_replica_ejections_total", "Replicas left out after failures.", false);
    duration =
        histogram(
            registry,
            "dunlin_request_duration_seconds",
            "From a request's head to its answer's body, failures included.",
            SECONDS);
    queue =
        histogram(registry, "dunlin_queue_duration_seconds", "Wait in a replica's queue.", SECONDS);
    compute =
        histogram(
            registry,
            "dunlin_compute_duration_seconds",
            "Run of the batch a request was in.",
            SECONDS);
    batchRows =
        histogram(registry, "dunlin_batch_rows", "Rows of the batch a request was in.", ROWS);
    gauge(
        registry,
        "dunlin_requests_in_flight",
        "Requests admitted and not answered yet.",
        meters -> meters.limiter().inFlight());
    gauge(
        registry,
        "dunlin_concurrency_limit",
        "Requests that may be under way, as last adapted.",
        meters -> meters.limiter().limit());
    gauge(
        registry,
        "dunlin_retry_budget",
        "Further attempts that are left now.",
        meters -> Math.max(0, meters.budget().balance(nanoClock.getAsLong())));
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, boolean byReason) {
    Counter.Builder builder = Counter.builder().name(name).help(help);
    return (byReason
            ? builder.labelNames("model", "version", "reason")
            : builder.labelNames(VERSION))
        .register(registry);
  }

  private static Histogram histogram(
      PrometheusRegistry registry, String name, String help, double[] bounds) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(VERSION)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }

  private void gauge(
      PrometheusRegistry registry,
      String name,
      String help,
      ToDoubleFunction<VersionMeters> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(VERSION)
        .callback(
            series ->
                versions
                    .values()
                    .forEach(meters -> series.call(value.applyAsDouble(meters), meters.labels())))
        .register(registry);
  }

  @Override
  public VersionObserver began(
      ModelVersionId version, ConcurrencyLimiter limiter, RetryBudget budget) {
    VersionMeters meters = new VersionMeters(this, version, limiter, budget);
    versions.put(version, meters);
    return meters;
  }

  /** Forgets a version that is served no more. */
  void remove(ModelVersionId version, String[] labels) {
    versions.remove(version);
    for (Histogram histogram : new Histogram[] {duration, queue, compute, batchRows}) {
      histogram.remove(labels);
    }
    budgetExhausted.remove(labels);
    ejections.remove(labels);
    for (Refusal reason : Refusal.values()) {
      refused.remove(labels[0], labels[1], label(reason));
    }
    for (Again reason : Again.values()) {
      again.remove(labels[0], labels[1], label(reason));
    }
  }

  static String label(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  Counter requests() {
    return requests;
  }

  Counter refused() {
    return refused;
  }

  Counter again() {
    return again;
  }

  Counter budgetExhausted() {
    return budgetExhausted;
  }

  Counter ejections() {
    return ejections;
  }

  Histogram duration() {
    return duration;
  }

  Histogram queue() {
    return queue;
  }

  Histogram compute() {
    return compute;
  }

  Histogram batchRows() {
    return batchRows;
  }
}
