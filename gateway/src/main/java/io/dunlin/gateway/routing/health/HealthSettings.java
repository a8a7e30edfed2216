package io.dunlin.gateway.routing.health;

import java.time.Duration;

/**
 * @param consecutiveFailures failures in a row that eject a replica
 * @param baseEjection how long the first ejection lasts; each further one twice as long
 * @param maxEjection the longest one
 */
public record HealthSettings(int consecutiveFailures, Duration baseEjection, Duration maxEjection) {
  public static final HealthSettings DEFAULT =
      new HealthSettings(5, Duration.ofSeconds(1), Duration.ofSeconds(30));

  public HealthSettings {
    if (consecutiveFailures < 1) {
      throw new IllegalArgumentException(
          "consecutive-failures: " + consecutiveFailures + " (expected: >= 1)");
    }
    if (baseEjection.isNegative() || baseEjection.isZero()) {
      throw new IllegalArgumentException(
          "base-ejection: " + baseEjection.toMillis() + " ms (expected: > 0)");
    }
    if (maxEjection.compareTo(baseEjection) < 0) {
      throw new IllegalArgumentException(
          "max-ejection: " + maxEjection.toMillis() + " ms (expected: >= base-ejection)");
    }
  }
}
