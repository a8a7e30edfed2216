package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures subjects in turn, forwards and backwards, so that drift of the machine cancels out. */
final class Rounds {
  private Rounds() {}

  /**
   * @param progress told what is being done, in a line
   * @return the figures of each subject, one for each round
   */
  static Map<String, List<Figures>> run(
      Settings settings, List<Subject> subjects, Consumer<String> progress) throws IOException {
    Map<String, List<Figures>> figures = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      figures.put(subject.name(), new ArrayList<>());
      progress.accept("warm-up: " + subject.name());
      if (settings.warmup().isPositive()) {
        subject.round(java.time.Duration.ZERO, settings.warmup());
      }
    }
    for (int round = 0; round < settings.rounds(); round++) {
      List<Subject> order = new ArrayList<>(subjects);
      if (round % 2 == 1) {
        Collections.reverse(order);
      }
      for (Subject subject : order) {
        Figures found = subject.round(settings.roundWarmup(), settings.roundLength());
        figures.getOrDefault(subject.name(), new ArrayList<>()).add(found);
        progress.accept(
            "round %d of %d: %-14s %,9.0f req/s  p99 %.2f ms%s"
                .formatted(
                    round + 1,
                    settings.rounds(),
                    subject.name(),
                    found.perSecond(),
                    found.micros(99) / 1e3,
                    found.notOk() == 0 ? "" : "  not ok: " + found.others()));
      }
    }
    return figures;
  }
}
