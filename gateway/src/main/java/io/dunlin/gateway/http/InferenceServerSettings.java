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
 */
public record InferenceServerSettings(
    String host, int port, int maxBodyBytes, Duration bodyTimeout, Duration shutdownDeadline) {

  public InferenceServerSettings {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
    if (maxBodyBytes < 1024) {
      throw new IllegalArgumentException("maxBodyBytes: " + maxBodyBytes + " (expected: >= 1024)");
    }
  }

  /** Reads {@code dunlin.gateway.http}. */
  public static InferenceServerSettings from(Config config, String host, int port) {
    return new InferenceServerSettings(
        host,
        port,
        Math.toIntExact(config.getBytes("max-body-size")),
        config.getDuration("body-timeout"),
        config.getDuration("shutdown-deadline"));
  }
}
