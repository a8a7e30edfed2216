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
import java.util.List;
import java.util.function.BiFunction;

/**
 * Well-behaved requests by a schedule, alone and beside every kind of client that is not: none of
 * the former fails, each of the latter is answered as it should be, and the heap does not grow.
 */
final class HostileClients implements Scenario {
  private static final String GOOD = "mlp";
  private static final double PER_SECOND = 200;
  private static final int CONNECTIONS = 32;

  /** Small, so that what is held too long shows; bodies that never end are given up soon. */
  private static final List<String> FLAGS =
      List.of(
          "-Xmx1g", "-Ddunlin.gateway.http.body-timeout=" + HostileActs.BODY_TIMEOUT_SECONDS + "s");

  @Override
  public String name() {
    return "hostile-clients";
  }

  @Override
  public String question() {
    return "Are clients that drip, hang up, never read, or ask for nonsense answered or cut off, and"
        + " do others feel it?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(GOOD).with("identity").with("poison");
    List<NamedTensor> input = GeneratedInputs.mlp();
    ChildJvm model =
        servers.modelLoop(
            models.version(GOOD),
            models.file("request.json", InferenceBodies.v2JsonBody(input).toString()));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin("dunlin", FLAGS, models);
    PreparedRequest request =
        new InferenceBodies(dunlin.host(), GOOD).v2Json(GOOD, input, outputs::objectionToV2);
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
    HostileActs acts = new HostileActs(dunlin.address(), System.out::println);
    return new Prepared(
        List.of(
            new HttpSubject("alone", dunlin.jvm(), plan),
            new ActsBeside("beside", new HttpSubject("beside", dunlin.jvm(), plan), acts)),
        List.of(
            new Ratio("p99", "beside", "alone", Measure.P99, ""),
            new Ratio("p50", "beside", "alone", Measure.P50, "")));
  }
}
