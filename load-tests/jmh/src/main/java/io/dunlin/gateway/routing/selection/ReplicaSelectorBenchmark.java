package io.dunlin.gateway.routing.selection;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Choosing one of several replicas of which load is known. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ReplicaSelectorBenchmark {
  private static final long NOW = 1_000_000_000L;

  @Param({"1", "2", "8", "64"})
  private int replicas;

  private ReplicaSelector selector = new ReplicaSelector(new SplittableRandom(1));
  private List<Replica> all = List.of();
  private long candidates;

  private record Replica(ReplicaLoad load, boolean isLocal) implements ReplicaSelector.Candidate {}

  @Setup
  public void replicas() {
    all = IntStream.range(0, replicas).mapToObj(ReplicaSelectorBenchmark::replica).toList();
    candidates = -1L >>> Long.SIZE - replicas;
  }

  private static Replica replica(int i) {
    ReplicaLoad load = new ReplicaLoad();
    load.started();
    load.answered(1_000_000L + i, NOW);
    load.started();
    return new Replica(load, false);
  }

  @Benchmark
  public int select() {
    return selector.select(all, candidates, NOW);
  }
}
