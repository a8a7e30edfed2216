package io.dunlin.loadtest.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One subject's figure over another's.
 *
 * @param name for the report
 * @param of the subject above the line
 * @param to the subject below it
 * @param measure the figure
 * @param goal what is wanted of it, as text; may be empty
 */
record Ratio(String name, String of, String to, Measure measure, String goal) {

  /** A figure two subjects can be compared by. */
  enum Measure {
    REQUESTS_PER_SECOND(Figures::perSecond),
    P50(figures -> figures.micros(50)),
    P95(figures -> figures.micros(95)),
    P99(figures -> figures.micros(99)),
    CPU_PER_REQUEST(Figures::cpuMicrosPerRequest),
    BYTES_PER_REQUEST(Figures::bytesPerRequest);

    private final ToDoubleFunction<Figures> figure;

    Measure(ToDoubleFunction<Figures> figure) {
      this.figure = figure;
    }

    double of(Figures figures) {
      return figure.applyAsDouble(figures);
    }
  }

  /** The ratio in each round, of which only rounds both subjects had count. */
  Spread over(Map<String, List<Figures>> rounds) {
    List<Figures> above = rounds.getOrDefault(of, List.of());
    List<Figures> below = rounds.getOrDefault(to, List.of());
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
      double divisor = measure.of(below.get(i));
      if (divisor > 0) {
        ratios.add(measure.of(above.get(i)) / divisor);
      }
    }
    return Spread.of(ratios.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Median, least and most of some values; NaN when there are none. */
  record Spread(double median, double least, double most) {
    static Spread of(double... values) {
      if (values.length == 0) {
        return new Spread(Double.NaN, Double.NaN, Double.NaN);
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
  }
}
