package io.dunlin.gateway.admission.limit;

/**
 * The concurrency limit of one model version, from samples of its answers.
 *
 * <p>Gradient limit (Netflix concurrency-limits, {@code GradientLimit} and {@code Gradient2Limit}),
 * with one change: the round trip without queueing is measured, as round trip less the queue time
 * each answer reports, instead of being guessed from the best or the average round trip. A guess
 * drifts upwards under lasting overload and is wrong for batching, where more concurrency makes
 * each run longer and the throughput higher.
 *
 * <pre>
 * unqueued = compute + the least transit seen lately
 * allowed  = max(tolerance * unqueued, unqueued + queueTarget)
 * gradient = clamp(allowed / roundTrip, 0.5, 1)
 * limit    = smoothed(limit * gradient + sqrt(limit))
 * </pre>
 *
 * Three regimes: fewer than half the limit under way, and the sample says nothing about more, so
 * the limit stays; answers come within what is allowed, and it grows by its square root a window;
 * they wait longer, and it shrinks until growth and gradient balance. A replica that refuses for a
 * full queue cuts it by a tenth (additive increase, multiplicative decrease: Chiu and Jain, 1989).
 *
 * <p>Not thread-safe.
 */
public final class QueueGradientLimit {
  private static final double SMOOTHING = 0.2;
  private static final double BACKOFF = 0.9;
  private static final double TRANSIT_FORGETTING = 0.01;

  private final LimitSettings settings;
  private final double queueTargetNanos;
  private double limit;
  private double leastTransitNanos = Double.POSITIVE_INFINITY;

  public QueueGradientLimit(LimitSettings settings) {
    this.settings = settings;
    this.queueTargetNanos = settings.queueTarget().toNanos();
    this.limit = settings.initial();
  }

  /** Takes one window's sample and returns the limit that follows. */
  public int update(LimitSample sample) {
    if (sample.replicasFull()) {
      limit = clamp(limit * BACKOFF);
    } else if (sample.answers() > 0) {
      double allowed = allowedNanos(sample);
      if (sample.maxInFlight() * 2L >= limit) {
        double gradient = Math.clamp(allowed / Math.max(1, sample.roundTripNanos()), 0.5, 1);
        double next = limit * gradient + Math.sqrt(limit);
        limit = clamp(limit + SMOOTHING * (next - limit));
      }
    }
    return current();
  }

  public int current() {
    return (int) limit;
  }

  private double allowedNanos(LimitSample sample) {
    double transit =
        Math.max(0, sample.roundTripNanos() - sample.queueNanos() - sample.computeNanos());
    leastTransitNanos =
        transit < leastTransitNanos
            ? transit
            : leastTransitNanos + TRANSIT_FORGETTING * (transit - leastTransitNanos);
    double unqueued = sample.computeNanos() + leastTransitNanos;
    return Math.max(unqueued * settings.queueTolerance(), unqueued + queueTargetNanos);
  }

  private double clamp(double value) {
    return Math.clamp(value, settings.min(), settings.max());
  }
}
