package io.dunlin.gateway.metrics;

import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.pipeline.ResponseObserver;
import io.dunlin.gateway.pipeline.TrafficObserver;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything {@code GET /metrics} shows, in one registry of its own. Thread-safe. */
public final class GatewayMetrics {
  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final TrafficMetrics traffic;
  private final ResponseMetrics responses;

  /**
   * @param cluster what nodes report; null until this process has joined
   */
  public GatewayMetrics(LongSupplier nanoClock, Supplier<@Nullable ClusterSnapshot> cluster) {
    traffic = new TrafficMetrics(registry, nanoClock);
    responses = new ResponseMetrics(registry);
    new ClusterMetrics(registry, cluster).register();
    JvmMetrics.builder().register(registry);
  }

  /** Told of every request. */
  public TrafficObserver traffic() {
    return traffic;
  }

  /** Told of every response. */
  public ResponseObserver responses() {
    return responses;
  }

  /** Shows how many bytes of requests are held, and the most there may be. */
  public void watch(RequestBudget budget) {
    gauge("dunlin_request_memory_bytes", "Bytes of request bodies held now.", budget::heldBytes);
    gauge(
        "dunlin_request_memory_limit_bytes",
        "Most bytes of request bodies held at one time.",
        budget::maxBytes);
  }

  /** Shows connections of clients. */
  public void watchConnections(LongSupplier open) {
    gauge("dunlin_http_connections", "Open connections of clients.", open::getAsLong);
  }

  /** Shows requests that wait for a replica. */
  public void watchWaiting(LongSupplier waiting) {
    gauge(
        "dunlin_requests_waiting_for_replica",
        "Requests without a replica that can answer, waiting for one to come.",
        waiting::getAsLong);
  }

  /** Shows which replicas are left out. */
  public void watch(ReplicaRouter router) {
    GaugeWithCallback.builder()
        .name("dunlin_replica_ejected")
        .help("1 while this gateway leaves the replica out because it failed.")
        .labelNames("node", "model", "version", "replica")
        .callback(
            series ->
                router.forEachTarget(
                    target ->
                        series.call(
                            target.health().isHealthy() ? 0 : 1,
                            target.nodeId(),
                            target.replica().version().model(),
                            Long.toString(target.replica().version().version()),
                            Integer.toString(target.replica().ordinal()))))
        .register(registry);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(series -> series.call(value.getAsDouble()))
        .register(registry);
  }

  /** Every series now, in Prometheus' text format 0.0.4. */
  public String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
