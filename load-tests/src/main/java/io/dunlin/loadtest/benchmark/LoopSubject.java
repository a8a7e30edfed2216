package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.server.LoopFigures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The model alone, run by so many threads.
 *
 * @param loop a {@link io.dunlin.loadtest.server.ModelLoop}
 */
record LoopSubject(String name, ChildJvm loop, int threads) implements Subject {

  @Override
  public Figures round(Duration warmup, Duration length) throws IOException {
    Measuring measuring = Measuring.begin(loop);
    Histogram nanos = run(warmup, length);
    Measuring.Used used = measuring.end();
    double seconds = length.toNanos() / 1e9;
    return new Figures(
        seconds,
        nanos.getTotalCount(),
        Map.of(),
        nanos,
        used.seconds(),
        used.server(),
        nanos.getTotalCount() * (used.seconds() / seconds),
        used.generatorCores(),
        used.othersCores(),
        List.of());
  }

  @Override
  public void record(Duration length, Path file) throws IOException {
    loop.ask("record");
    run(Duration.ZERO, length);
    loop.ask("dump " + file.toAbsolutePath());
  }

  private Histogram run(Duration warmup, Duration length) throws IOException {
    return LoopFigures.decode(
        loop.ask("run " + threads + " " + warmup.toMillis() + " " + length.toMillis()));
  }
}
