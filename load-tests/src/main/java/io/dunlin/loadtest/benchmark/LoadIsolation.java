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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    List<Subject> subjects = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    add("", servers, servers.dunlin(models), models, parked, input, outputs, subjects, ratios);
    for (Map.Entry<String, List<String>> variant : settings.variants().entrySet()) {
      String name = variant.getKey();
      // Its own repository: only one of the servers is to load at a time.
      BenchmarkModels own = models.beside(name).with(SMALL);
      Servers.Listening other = servers.dunlin(name, variant.getValue(), own);
      add(name + " ", servers, other, own, parked, input, outputs, subjects, ratios);
    }
    return new Prepared(subjects, ratios);
  }

  private static void add(
      String prefix,
      Servers servers,
      Servers.Listening dunlin,
      BenchmarkModels models,
      Path parked,
      List<NamedTensor> input,
      ExpectedOutputs outputs,
      List<Subject> subjects,
      List<Ratio> ratios)
      throws IOException {
    PreparedRequest request =
        new InferenceBodies(dunlin.host(), SMALL).v2Binary(SMALL, input, outputs::objectionToV2);
    servers.warmUp(dunlin, request);
    BiFunction<Duration, Duration, LoadPlan> plan =
        (warmup, length) ->
            LoadPlan.openLoop(
                dunlin.address(),
                List.of(request),
                CONNECTIONS,
                () -> Arrivals.constant(PER_SECOND),
                warmup,
                length);
    String rest = prefix + "at rest";
    String beside = prefix + "beside";
    subjects.add(new HttpSubject(rest, dunlin.jvm(), plan));
    subjects.add(
        new LoadsBeside(
            beside,
            new HttpSubject(beside, dunlin.jvm(), plan),
            dunlin,
            parked,
            models.folder().resolve(LARGE),
            System.out::println));
    ratios.add(new Ratio("p99", beside, rest, Measure.P99, "<= 1.2"));
    ratios.add(new Ratio("p95", beside, rest, Measure.P95, ""));
    ratios.add(new Ratio("p50", beside, rest, Measure.P50, ""));
  }
}
