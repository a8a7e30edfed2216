package io.dunlin.gateway.pipeline;

import com.typesafe.config.Config;
import io.dunlin.gateway.admission.RetryBudget;
import java.time.Duration;

/**
 * What is done when a replica does not answer.
 *
 * @param attemptTimeout the least time an attempt has before another replica is asked too
 * @param budget further attempts per model version
 * @param maxWait how long a request waits for a replica when none is left
 * @param maxWaiting most requests that wait so at one time
 * @param maxWaitingBytes most bytes of their inputs
 */
public record FailoverSettings(
    Duration attemptTimeout,
    RetryBudget.Settings budget,
    Duration maxWait,
    int maxWaiting,
    long maxWaitingBytes) {
  public static final FailoverSettings DEFAULT =
      new FailoverSettings(
          Duration.ofSeconds(1),
          RetryBudget.Settings.DEFAULT,
          Duration.ofSeconds(10),
          1000,
          64L << 20);

  private static final String PATH = "dunlin.gateway.failover.";

  public FailoverSettings {
    require(
        attemptTimeout.toMillis() >= 10,
        "attempt-timeout: " + attemptTimeout.toMillis() + " ms (expected: >= 10 ms)");
    require(!maxWait.isNegative(), "max-wait: " + maxWait.toMillis() + " ms (expected: >= 0 ms)");
    require(maxWaiting >= 0, "max-waiting: " + maxWaiting + " (expected: >= 0)");
    require(maxWaitingBytes >= 0, "max-waiting-bytes: " + maxWaitingBytes + " (expected: >= 0)");
  }

  /** Reads {@code dunlin.gateway.failover}. */
  public static FailoverSettings from(Config config) {
    return new FailoverSettings(
        config.getDuration("attempt-timeout"),
        new RetryBudget.Settings(
            config.getDouble("retry-budget.share"), config.getInt("retry-budget.min-per-second")),
        config.getDuration("max-wait"),
        config.getInt("max-waiting"),
        config.getBytes("max-waiting-bytes"));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + message);
    }
  }
}
