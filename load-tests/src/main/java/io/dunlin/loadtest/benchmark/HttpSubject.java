package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.generator.LoadGenerator;
import io.dunlin.loadtest.generator.LoadPlan;
import io.dunlin.loadtest.generator.LoadResult;
import io.dunlin.loadtest.generator.Outcome;
import io.dunlin.loadtest.jvm.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;

/**
 * A server loaded over HTTP.
 *
 * @param name as in {@link Subject#name}
 * @param server its process
 * @param plan the load, for a warm-up and a length
 * @param background a second load beside it that is not measured
 */
record HttpSubject(
    String name,
    ServerProcess server,
    BiFunction<Duration, Duration, LoadPlan> plan,
    Optional<BiFunction<Duration, Duration, LoadPlan>> background)
    implements Subject {

  HttpSubject(String name, ServerProcess server, BiFunction<Duration, Duration, LoadPlan> plan) {
    this(name, server, plan, Optional.empty());
  }

  @Override
  public Figures round(Duration warmup, Duration length) throws IOException {
    Measuring measuring = Measuring.begin(server);
    LoadResult result = load(warmup, length);
    Measuring.Used used = measuring.end();
    Map<Outcome, Long> others = new EnumMap<>(result.counts());
    others.remove(Outcome.OK);
    others.values().removeIf(count -> count == 0);
    return new Figures(
        length.toNanos() / 1e9,
        result.ok(),
        others,
        result.okLatency(),
        used.seconds(),
        used.server(),
        result.everything(),
        used.generatorCores(),
        used.othersCores(),
        result.objections());
  }

  @Override
  public void record(Duration length, Path file) throws IOException {
    server.startRecording();
    load(Duration.ZERO, length);
    server.dumpRecording(file);
  }

  private LoadResult load(Duration warmup, Duration length) throws IOException {
    if (background.isEmpty()) {
      return LoadGenerator.run(plan.apply(warmup, length));
    }
    LoadPlan beside = background.get().apply(warmup, length);
    try (ExecutorService second = Executors.newSingleThreadExecutor()) {
      Future<LoadResult> unmeasured = second.submit(() -> LoadGenerator.run(beside));
      LoadResult result = LoadGenerator.run(plan.apply(warmup, length));
      unmeasured.get();
      return result;
    } catch (ExecutionException e) {
      throw new IOException("background load: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
