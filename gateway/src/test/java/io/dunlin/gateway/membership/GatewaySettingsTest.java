package io.dunlin.gateway.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.LimitSettings;
import io.dunlin.gateway.admission.limit.TenantWeights;
import io.dunlin.gateway.http.InferenceServerSettings;
import io.dunlin.gateway.pipeline.AdmissionSettings;
import io.dunlin.gateway.pipeline.FailoverSettings;
import io.dunlin.gateway.routing.health.HealthSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {
  private static final long HEAP = 4L << 30;

  private static GatewaySettings with(String text) {
    Config config =
        ConfigFactory.parseString(text)
            .withFallback(ConfigFactory.defaultReference().getConfig("dunlin.gateway"));
    return GatewaySettings.from(config, "127.0.0.1", 8501, 8502, "n", HEAP);
  }

  @Test
  void defaults() {
    assertThat(with(""))
        .isEqualTo(
            new GatewaySettings(
                new InferenceServerSettings(
                    "127.0.0.1",
                    8501,
                    65 << 20,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    InferenceServerSettings.DEFAULT_TENANT_HEADER),
                "127.0.0.1",
                8502,
                HEAP / 4,
                Duration.ofSeconds(2),
                AdmissionSettings.DEFAULT,
                FailoverSettings.DEFAULT,
                HealthSettings.DEFAULT,
                "n"));
  }

  @Test
  void everyKeyIsMapped() {
    assertThat(
            with(
                """
                http { max-body-size = 1 MiB, body-timeout = 1s, shutdown-deadline = 2s
                       tenant-header = X-Team }
                request-memory = 8 MiB
                drain-wait = 3s
                admission {
                  limit { initial = 10, min = 2, max = 20, queue-tolerance = 4, queue-target = 5ms }
                  tenants { weights { a = 2, "b.c" = 3 }, default-weight = 4 }
                }
                failover {
                  attempt-timeout = 300ms
                  retry-budget { share = 0.1, min-per-second = 3 }
                  max-wait = 4s, max-waiting = 5, max-waiting-bytes = 6 KiB
                }
                health { consecutive-failures = 7, base-ejection = 8s, max-ejection = 9s }
                """))
        .isEqualTo(
            new GatewaySettings(
                new InferenceServerSettings(
                    "127.0.0.1",
                    8501,
                    1 << 20,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    "X-Team"),
                "127.0.0.1",
                8502,
                8 << 20,
                Duration.ofSeconds(3),
                new AdmissionSettings(
                    new LimitSettings(10, 2, 20, 4, Duration.ofMillis(5)),
                    new TenantWeights(Map.of("a", 2, "b.c", 3), 4)),
                new FailoverSettings(
                    Duration.ofMillis(300),
                    new RetryBudget.Settings(0.1, 3),
                    Duration.ofSeconds(4),
                    5,
                    6 << 10),
                new HealthSettings(7, Duration.ofSeconds(8), Duration.ofSeconds(9)),
                "n"));
  }

  @Test
  void whatIsOutOfRangeIsRefusedByItsPath() {
    assertThatThrownBy(() -> with("failover.attempt-timeout = 1ms"))
        .hasMessage("dunlin.gateway.failover.attempt-timeout: 1 ms (expected: >= 10 ms)");
    assertThatThrownBy(() -> with("admission.limit.min = 0"))
        .hasMessageContaining("dunlin.gateway.admission: min: 0 (expected: >= 1)");
    assertThatThrownBy(() -> with("admission.tenants.weights { a = none }"))
        .hasMessageContaining("tenants.weights.a");
    assertThatThrownBy(() -> with("health.consecutive-failures = 0"))
        .hasMessageContaining("dunlin.gateway.health.consecutive-failures: 0");
    assertThatThrownBy(() -> with("http.tenant-header = \"a b\""))
        .hasMessageContaining("tenant-header: 'a b'");
  }
}
