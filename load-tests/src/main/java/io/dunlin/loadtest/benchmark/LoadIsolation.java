package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.Arrivals;
import io.dunlin.loadtest.generator.LoadPlan;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/** A small model's requests by a schedule, at rest and while 1 GiB is loaded and unloaded. */
final class LoadIsolation implements Scenario {
  private static final String SMALL = "mlp";
  private static final String LARGE = "large";
  private static final long LARGE_BYTES = 1L << 30;
  private static final double PER_SECOND = 500;
  private static final int CONNECTIONS = 64;

  @Override
  public String name() {
    return "load-isolation";
  }

  @Override
  public String question() {
    return "How much longer do a model's requests take while another of 1 GiB loads and unloads?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(SMALL);
    Path parked = models.subfolder("parked").resolve(LARGE);
    LargeModel.write(parked.resolve("1"), LARGE_BYTES);
    // Whole from the start: served at the next look, without waiting for it to settle.
    Files.createFile(parked.resolve("1").resolve(".ready"));
    List<NamedTensor> input = GeneratedInputs.mlp();
    ChildJvm model =
        servers.modelLoop(
            models.version(SMALL),
            models.file("request.json", InferenceBodies.v2JsonBody(input).toString()));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    PreparedRequest request =
        new InferenceBodies(dunlin.host(), SMALL).v2Binary(SMALL, input, outputs::objectionToV2);
    BiFunction<Duration, Duration, LoadPlan> plan =
        (warmup, length) ->
            LoadPlan.openLoop(
                dunlin.address(),
                List.of(request),
                CONNECTIONS,
                () -> Arrivals.constant(PER_SECOND),
                warmup,
                length);
    Subject atRest = new HttpSubject("at rest", dunlin.jvm(), plan);
    Subject loading =
        new LoadsBeside(
            "beside loads",
            new HttpSubject("beside loads", dunlin.jvm(), plan),
            dunlin,
            parked,
            models.folder().resolve(LARGE),
            System.out::println);
    return new Prepared(
        List.of(atRest, loading),
        List.of(
            new Ratio("p99", "beside loads", "at rest", Measure.P99, "<= 1.2"),
            new Ratio("p95", "beside loads", "at rest", Measure.P95, ""),
            new Ratio("p50", "beside loads", "at rest", Measure.P50, "")));
  }
}
