package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.util.List;

/** Something to be measured: its subjects, and the ratios between them. */
interface Scenario {
  /** As on the command line. */
  String name();

  /** What it answers, in a sentence. */
  String question();

  /** Starts what is needed; {@code servers} and {@code models} stop and remove it. */
  Prepared prepare(Settings settings, Servers servers, BenchmarkModels models) throws IOException;

  /**
   * @param subjects in the order of a round
   * @param ratios in the order of the report
   */
  record Prepared(List<Subject> subjects, List<Ratio> ratios) {}
}
