package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.benchmark.Ratio.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * One subject over all its rounds: medians, but latency from all its right answers together.
 *
 * @param name of the subject
 * @param rounds its figures, at least one
 */
record Summary(String name, List<Figures> rounds) {

  Spread perSecond() {
    return spread(Figures::perSecond);
  }

  double serverCores() {
    return spread(Figures::serverCores).median();
  }

  double generatorCores() {
    return spread(Figures::generatorCores).median();
  }

  /** NaN where the machine does not say. */
  double othersCores() {
    return spread(figures -> figures.othersCores().orElse(Double.NaN)).median();
  }

  double cpuMicrosPerRequest() {
    return spread(Figures::cpuMicrosPerRequest).median();
  }

  double bytesPerRequest() {
    return spread(Figures::bytesPerRequest).median();
  }

  /** Most heap in use right after a collection. */
  long peakHeapBytes() {
    return rounds.stream().mapToLong(figures -> figures.server().peakHeapBytes()).max().orElse(0);
  }

  long collectionMillis() {
    return rounds.stream().mapToLong(figures -> figures.server().collectionMillis()).sum();
  }

  long ok() {
    return rounds.stream().mapToLong(Figures::ok).sum();
  }

  long notOk() {
    return rounds.stream().mapToLong(Figures::notOk).sum();
  }

  /** Nanoseconds of all right answers. */
  Histogram okNanos() {
    Histogram all = new Histogram(3);
    rounds.forEach(figures -> all.add(figures.okNanos()));
    return all;
  }

  double millis(double percentile) {
    return okNanos().getValueAtPercentile(percentile) / 1e6;
  }

  private Spread spread(ToDoubleFunction<Figures> figure) {
    return Spread.of(rounds.stream().mapToDouble(figure).toArray());
  }
}
