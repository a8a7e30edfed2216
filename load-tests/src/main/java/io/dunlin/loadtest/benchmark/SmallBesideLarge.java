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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Small requests by a schedule, alone and while large ones go through the same processes. */
final class SmallBesideLarge implements Scenario {
  private static final String SMALL = "mlp";
  private static final double SMALL_PER_SECOND = 500;
  private static final int SMALL_CONNECTIONS = 64;

  @Override
  public String name() {
    return "small-beside-large";
  }

  @Override
  public String question() {
    return "How much longer do small requests take while 600 KB ones saturate the same processes?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(SMALL).with(LargeTensors.MODEL);
    List<NamedTensor> small = GeneratedInputs.mlp();
    List<NamedTensor> large = GeneratedInputs.wide();
    ChildJvm model =
        servers.modelLoop(
            models.version(SMALL),
            models.file("small-request.json", InferenceBodies.v2JsonBody(small).toString()));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    List<Subject> subjects = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    for (Servers.Listening server : List.of(servers.remote(models), servers.dunlin(models))) {
      add(servers, server, small, large, outputs, subjects, ratios);
    }
    return new Prepared(subjects, ratios);
  }

  private static void add(
      Servers servers,
      Servers.Listening dunlin,
      List<NamedTensor> small,
      List<NamedTensor> large,
      ExpectedOutputs outputs,
      List<Subject> subjects,
      List<Ratio> ratios)
      throws IOException {
    PreparedRequest smallRequest =
        new InferenceBodies(dunlin.host(), SMALL).v2Binary("small", small, outputs::objectionToV2);
    PreparedRequest largeRequest =
        new InferenceBodies(dunlin.host(), LargeTensors.MODEL)
            .v2Binary("large", large, answer -> Optional.empty());
    servers.warmUp(dunlin, smallRequest);
    BiFunction<Duration, Duration, LoadPlan> smallPlan =
        (warmup, length) ->
            LoadPlan.openLoop(
                dunlin.address(),
                List.of(smallRequest),
                SMALL_CONNECTIONS,
                () -> Arrivals.constant(SMALL_PER_SECOND),
                warmup,
                length);
    BiFunction<Duration, Duration, LoadPlan> largePlan =
        (warmup, length) ->
            LoadPlan.closedLoop(
                dunlin.address(), List.of(largeRequest), LargeTensors.CONNECTIONS, warmup, length);
    String alone = dunlin.jvm().name();
    String beside = alone + "+large";
    subjects.add(new HttpSubject(alone, dunlin.jvm(), smallPlan));
    subjects.add(new HttpSubject(beside, dunlin.jvm(), smallPlan, Optional.of(largePlan)));
    ratios.add(new Ratio("p99", beside, alone, Measure.P99, "<= 2"));
    ratios.add(new Ratio("p50", beside, alone, Measure.P50, ""));
  }
}
