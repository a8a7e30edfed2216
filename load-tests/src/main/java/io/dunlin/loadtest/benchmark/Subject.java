package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** One way to get answers, up and ready to be loaded. */
interface Subject {
  /** Short, unique in its scenario. */
  String name();

  /** Loads it for {@code warmup}, then measures for {@code length}. */
  Figures round(Duration warmup, Duration length) throws IOException;

  /** Loads it for {@code length} while its server makes a flight recording. */
  void record(Duration length, Path file) throws IOException;
}
