package io.dunlin.loadtest.generator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a run saw inside the time that counts.
 *
 * @param window the time that counted
 * @param counts requests by how they ended
 * @param okLatency nanoseconds of the requests that ended {@link Outcome#OK}
 * @param otherLatency nanoseconds of all others
 * @param everything requests that ended in the whole run, warm-up included
 * @param bodiesChecked answers whose body was compared
 * @param objections the first few things that were wrong
 */
public record LoadResult(
    Duration window,
    Map<Outcome, Long> counts,
    Histogram okLatency,
    Histogram otherLatency,
    long everything,
    long bodiesChecked,
    List<String> objections) {

  public long count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  public long ok() {
    return count(Outcome.OK);
  }

  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Right answers in a second: throughput in a closed loop, goodput in an open one. */
  public double okPerSecond() {
    return ok() / (window.toNanos() / 1e9);
  }

  /** Milliseconds within which that share of the right answers came. */
  public double okMillis(double percentile) {
    return okLatency.getValueAtPercentile(percentile) / 1e6;
  }
}
