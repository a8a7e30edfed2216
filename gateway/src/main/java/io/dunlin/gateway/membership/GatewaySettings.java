package io.dunlin.gateway.membership;

import com.typesafe.config.Config;
import io.dunlin.gateway.http.InferenceServerSettings;
import io.dunlin.gateway.pipeline.AdmissionSettings;
import io.dunlin.gateway.pipeline.FailoverSettings;
import io.dunlin.gateway.routing.health.HealthSettings;
import java.time.Duration;

/**
 * A gateway.
 *
 * @param http the inference port
 * @param adminHost address of the admin port
 * @param adminPort 0 for any free one
 * @param requestMemoryBytes request bodies held at one time
 * @param drainWait how long open connections have to end before the ports are closed
 * @param admission who may enter
 * @param failover what is done when a replica does not answer
 * @param health when a replica is left out
 * @param nodeId this process's node, empty when it is none
 */
public record GatewaySettings(
    InferenceServerSettings http,
    String adminHost,
    int adminPort,
    long requestMemoryBytes,
    Duration drainWait,
    AdmissionSettings admission,
    FailoverSettings failover,
    HealthSettings health,
    String nodeId) {

  public GatewaySettings {
    if (requestMemoryBytes < http.maxBodyBytes()) {
      throw new IllegalArgumentException(
          "dunlin.gateway.request-memory: "
              + requestMemoryBytes
              + " (expected: >= http.max-body-size, "
              + http.maxBodyBytes()
              + ")");
    }
  }

  /**
   * Reads {@code dunlin.gateway}.
   *
   * @param heapBytes the largest heap, a quarter of which is the default request memory
   */
  public static GatewaySettings from(
      Config config, String bind, int httpPort, int adminPort, String nodeId, long heapBytes) {
    InferenceServerSettings http =
        InferenceServerSettings.from(config.getConfig("http"), bind, httpPort);
    long memory =
        config.getString("request-memory").equals("auto")
            ? Math.max(heapBytes / 4, http.maxBodyBytes())
            : config.getBytes("request-memory");
    return new GatewaySettings(
        http,
        bind,
        adminPort,
        memory,
        config.getDuration("drain-wait"),
        AdmissionSettings.from(config.getConfig("admission")),
        FailoverSettings.from(config.getConfig("failover")),
        health(config.getConfig("health")),
        nodeId);
  }

  private static HealthSettings health(Config config) {
    try {
      return new HealthSettings(
          config.getInt("consecutive-failures"),
          config.getDuration("base-ejection"),
          config.getDuration("max-ejection"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("dunlin.gateway.health." + e.getMessage(), e);
    }
  }
}
