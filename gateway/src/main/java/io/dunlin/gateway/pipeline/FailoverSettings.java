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
          Duration.ofMillis(250),
          RetryBudget.Settings.DEFAULT,
          Duration.ofSeconds(10),
          1000,
          64L << 20);

  /** An attempt has this many times what 99 in 100 answers of its version took lately. */
  private static final int PATIENCE = 4;

  /** Where little is known of a version, this many times what the replica takes on average. */
  private static final int PATIENCE_WITH_FEW = 8;

  /** Where nothing is known of a replica's pace, it has this many times the least time. */
  private static final int PATIENCE_WITH_STRANGERS = 5;

  /** Time for each byte of a request, 10 MB/s: large ones are slower, and dearer to repeat. */
  private static final long NANOS_PER_BYTE = 100;

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

  /**
   * How long an attempt has before another replica is asked too.
   *
   * @param p99Nanos of the version lately; 0 when it is not known
   * @param averageNanos of the replica lately; 0 when it is not known
   * @param inputBytes of the request
   */
  long attemptNanos(long p99Nanos, double averageNanos, long inputBytes) {
    long least = attemptTimeout.toNanos();
    double usual =
        p99Nanos > 0
            ? (double) PATIENCE * p99Nanos
            : averageNanos > 0
                ? PATIENCE_WITH_FEW * averageNanos
                : (double) PATIENCE_WITH_STRANGERS * least;
    return (long) Math.max(least, usual) + NANOS_PER_BYTE * inputBytes;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(PATH + message);
    }
  }
}
