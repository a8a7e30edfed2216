package io.dunlin.gateway.http;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The inference port.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param maxBodyBytes longest request body, as sent and as decompressed
 * @param bodyTimeout how long a client may take to send its body
 * @param shutdownDeadline how long requests under way may take once the server stops
 * @param tenantHeader the header that says whose share of the cluster a request uses
 */
public record InferenceServerSettings(
    String host,
    int port,
    int maxBodyBytes,
    Duration bodyTimeout,
    Duration shutdownDeadline,
    String tenantHeader) {
  /** The tenant header where none is configured. */
  public static final String DEFAULT_TENANT_HEADER = "X-Dunlin-Tenant";

  public InferenceServerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
    if (maxBodyBytes < 1024) {
      throw new IllegalArgumentException("maxBodyBytes: " + maxBodyBytes + " (expected: >= 1024)");
    }
    if (!tenantHeader.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "tenant-header: '" + tenantHeader + "' (expected: letters, digits and '-')");
    }
  }

  /** Reads {@code dunlin.gateway.http}. */
  public static InferenceServerSettings from(Config config, String host, int port) {
    return new InferenceServerSettings(
        host,
        port,
        Math.toIntExact(config.getBytes("max-body-size")),
        config.getDuration("body-timeout"),
        config.getDuration("shutdown-deadline"),
        config.getString("tenant-header"));
  }
}
