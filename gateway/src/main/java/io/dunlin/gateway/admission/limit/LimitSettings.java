package io.dunlin.gateway.admission.limit;

import java.time.Duration;

/**
 * Bounds of the concurrency limit of each model version.
 *
 * @param initial the limit before anything was measured
 * @param min the limit never falls below
 * @param max nor rises above
 * @param queueTolerance how many times its time without a queue an answer may take: 3 keeps two
 *     batches waiting behind the one that runs
 * @param queueTarget wait at the replica that is tolerated whatever the tolerance says, so that a
 *     burst a fast model works off soon is not refused
 */
public record LimitSettings(
    int initial, int min, int max, double queueTolerance, Duration queueTarget) {
  public static final LimitSettings DEFAULT =
      new LimitSettings(512, 16, 16_384, 3, Duration.ofMillis(250));

  public LimitSettings {
    require(min >= 1, "min: " + min + " (expected: >= 1)");
    require(max >= min, "max: " + max + " (expected: >= min, " + min + ")");
    require(
        initial >= min && initial <= max,
        "initial: " + initial + " (expected: " + min + ".." + max + ", from min to max)");
    require(
        queueTolerance >= 1 && queueTolerance <= 100,
        "queue-tolerance: " + queueTolerance + " (expected: 1..100)");
    require(
        !queueTarget.isNegative() && queueTarget.compareTo(Duration.ofMinutes(1)) <= 0,
        "queue-target: " + queueTarget.toMillis() + " ms (expected: 0 ms..1 min)");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
