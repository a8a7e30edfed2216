package io.dunlin.node.reporting;

import io.dunlin.shared.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;

/**
 * How busy a node is: the share of its processors' time that its lanes spend on batches, smoothed
 * over the last seconds. Several lanes may together count as more than all processors; that is 1.
 *
 * <p>An exponentially weighted mean whose weight follows the time that passed: load += (busy -
 * load) * (1 - exp(-dt / {@link #WINDOW_SECONDS})). Rounded to hundredths, so that a node at rest
 * comes to exactly 0 and has nothing new to report. Not thread-safe.
 */
final class LoadAverage {
  static final double WINDOW_SECONDS = 5;

  private final int processors;
  private final Map<ReplicaId, Long> busyBefore = new HashMap<>();
  private long lastNanos;
  private double load;

  LoadAverage(int processors, long nowNanos) {
    this.processors = processors;
    this.lastNanos = nowNanos;
  }

  /**
   * Takes the next sample.
   *
   * @param busyNanos of each replica that serves, since it began to
   * @param deviceBusy share of the time the device itself was busy, 0 where nobody knows; the
   *     larger of the two counts
   */
  void sample(long nowNanos, Map<ReplicaId, Long> busyNanos, double deviceBusy) {
    double seconds = (nowNanos - lastNanos) / 1e9;
    if (seconds <= 0) {
      return;
    }
    lastNanos = nowNanos;
    long spent = 0;
    for (Map.Entry<ReplicaId, Long> now : busyNanos.entrySet()) {
      // A replica that was loaded anew counts from 0 again.
      long before = busyBefore.getOrDefault(now.getKey(), 0L);
      spent += now.getValue() < before ? now.getValue() : now.getValue() - before;
    }
    busyBefore.clear();
    busyBefore.putAll(busyNanos);
    double lanes = spent / 1e9 / seconds / processors;
    double busy = Math.min(1, Math.max(lanes, deviceBusy));
    load += (busy - load) * (1 - Math.exp(-seconds / WINDOW_SECONDS));
  }

  /** 0 (idle) to 1 (busy), in hundredths. */
  double value() {
    return Math.round(load * 100) / 100.0;
  }
}
