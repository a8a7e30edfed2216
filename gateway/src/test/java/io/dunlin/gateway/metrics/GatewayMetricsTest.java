package io.dunlin.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.admission.limit.LimitSettings;
import io.dunlin.gateway.admission.limit.TenantWeights;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.gateway.pipeline.TrafficObserver;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import org.junit.jupiter.api.Test;

class GatewayMetricsTest {
  private static final ModelVersionId VERSION = new ModelVersionId("fraud", 3);

  private final GatewayMetrics metrics = new GatewayMetrics(() -> 0, () -> null);
  private final ConcurrencyLimiter limiter =
      new ConcurrencyLimiter(LimitSettings.DEFAULT, TenantWeights.EQUAL, 0);
  private final TrafficObserver.VersionObserver observer =
      metrics.traffic().began(VERSION, limiter, new RetryBudget(RetryBudget.Settings.DEFAULT, 0));

  @Test
  void countsRequestsByModelVersionProtocolAndCode() {
    for (int i = 0; i < 3; i++) {
      observer.answered(
          Origin.Protocol.TFSERVING_REST, null, 4_000_000, new Timings(1_000_000, 2_000_000, 8, 4));
    }
    observer.answered(Origin.Protocol.OPEN_INFERENCE_REST, FailureCode.OVERLOADED, 50_000, null);
    assertThat(metrics.text())
        .contains(
            "dunlin_requests_total{code=\"ok\",model=\"fraud\",protocol=\"tfserving_rest\",version=\"3\"} 3.0",
            "dunlin_requests_total{code=\"overloaded\",model=\"fraud\",protocol=\"openinference_rest\",version=\"3\"} 1.0",
            "dunlin_request_duration_seconds_bucket{model=\"fraud\",version=\"3\",le=\"0.005\"} 4",
            "dunlin_request_duration_seconds_count{model=\"fraud\",version=\"3\"} 4",
            "dunlin_queue_duration_seconds_bucket{model=\"fraud\",version=\"3\",le=\"0.001\"} 3",
            "dunlin_compute_duration_seconds_count{model=\"fraud\",version=\"3\"} 3",
            "dunlin_batch_rows_bucket{model=\"fraud\",version=\"3\",le=\"8.0\"} 3",
            "# TYPE dunlin_request_duration_seconds histogram",
            "# HELP dunlin_requests_total ");
  }

  @Test
  void countsEveryResponseByProtocolAndStatus() {
    metrics.responses().responded(Origin.Protocol.TFSERVING_REST, 200);
    metrics.responses().responded(Origin.Protocol.TFSERVING_REST, 200);
    metrics.responses().responded(Origin.Protocol.OPEN_INFERENCE_REST, 413);
    metrics.responses().responded(null, 404);
    assertThat(metrics.text())
        .contains(
            "dunlin_http_responses_total{protocol=\"tfserving_rest\",status=\"200\"} 2.0",
            "dunlin_http_responses_total{protocol=\"openinference_rest\",status=\"413\"} 1.0",
            "dunlin_http_responses_total{protocol=\"none\",status=\"404\"} 1.0");
  }

  @Test
  void showsLimitsBudgetsAndReasons() {
    assertThat(limiter.tryEnter("", 0)).isNotNull();
    observer.refused(TrafficObserver.Refusal.OVER_SHARE);
    observer.again(TrafficObserver.Again.LOST);
    observer.budgetExhausted();
    observer.ejected();
    RequestBudget memory = new RequestBudget(1_000);
    assertThat(memory.tryAcquire(10)).isTrue();
    metrics.watch(memory);
    assertThat(metrics.text())
        .contains(
            "dunlin_requests_in_flight{model=\"fraud\",version=\"3\"} 1.0",
            "dunlin_concurrency_limit{model=\"fraud\",version=\"3\"} 512.0",
            "dunlin_retry_budget{model=\"fraud\",version=\"3\"} 100.0",
            "dunlin_requests_refused_total{model=\"fraud\",reason=\"over_share\",version=\"3\"} 1.0",
            "dunlin_attempts_repeated_total{model=\"fraud\",reason=\"lost\",version=\"3\"} 1.0",
            "dunlin_retry_budget_exhausted_total{model=\"fraud\",version=\"3\"} 1.0",
            "dunlin_replica_ejections_total{model=\"fraud\",version=\"3\"} 1.0",
            "dunlin_request_memory_bytes 10.0",
            "dunlin_request_memory_limit_bytes 1000.0",
            "jvm_memory_used_bytes");
  }

  @Test
  void aVersionThatIsGoneLeavesNoSeriesBehind() {
    observer.answered(Origin.Protocol.TFSERVING_REST, null, 1, Timings.NONE);
    observer.ejected();
    observer.ended();
    assertThat(metrics.text()).doesNotContain("fraud");
  }
}
