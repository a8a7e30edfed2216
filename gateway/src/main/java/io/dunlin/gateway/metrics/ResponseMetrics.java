package io.dunlin.gateway.metrics;

import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.gateway.pipeline.ResponseObserver;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Responses by protocol and HTTP status; each series is looked up once. */
final class ResponseMetrics implements ResponseObserver {
  private static final Origin.Protocol[] PROTOCOLS = Origin.Protocol.values();

  /** HTTP statuses have three digits. */
  private static final int STATUSES = 1_000;

  private final Counter responses;
  private final AtomicReferenceArray<CounterDataPoint> known =
      new AtomicReferenceArray<>((PROTOCOLS.length + 1) * STATUSES);

  ResponseMetrics(PrometheusRegistry registry) {
    responses =
        Counter.builder()
            .name("dunlin_http_responses_total")
            .help("Responses on the inference port, by protocol and HTTP status.")
            .labelNames("protocol", "status")
            .register(registry);
  }

  @Override
  public void responded(Origin.@Nullable Protocol protocol, int status) {
    int row = protocol == null ? PROTOCOLS.length : protocol.ordinal();
    int index = row * STATUSES + status;
    CounterDataPoint counter = known.get(index);
    if (counter == null) {
      counter =
          responses.labelValues(
              protocol == null ? "none" : protocol.label(), Integer.toString(status));
      known.set(index, counter);
    }
    counter.inc();
  }
}
