package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.Arrivals;
import io.dunlin.loadtest.generator.LoadGenerator;
import io.dunlin.loadtest.generator.LoadPlan;
import io.dunlin.loadtest.generator.LoadResult;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;

/**
 * A model of known cost offered more than it can do, by independent callers with a deadline.
 *
 * <p>Capacity is measured first, in a closed loop; the open loops then offer multiples of it. The
 * latency shown is that of the right answers, from the instant their request was due.
 */
final class Overload implements Scenario {
  private static final String MODEL = "slow";
  private static final int UNITS = 5;
  private static final int PEAK_CONNECTIONS = 8;

  /** More than rate x deadline at ten times the capacity, so that callers never queue here. */
  private static final int CONNECTIONS = 1500;

  private static final int DEADLINE_MILLIS = 500;
  private static final int[] MULTIPLES = {1, 2, 5, 10};

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String question() {
    return "Does goodput hold, and do admitted callers stay within their deadline of "
        + DEADLINE_MILLIS
        + " ms, at multiples of the capacity?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL, MODEL, "batching:\n  enabled: false\n");
    List<NamedTensor> inputs = GeneratedInputs.slow(UNITS);
    ChildJvm model =
        servers.modelLoop(
            models.version(MODEL),
            models.file("slow-request.json", InferenceBodies.v2JsonBody(inputs).toString()));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    PreparedRequest request =
        new InferenceBodies(
                dunlin.host(),
                MODEL,
                Map.of("X-Request-Timeout-Ms", Integer.toString(DEADLINE_MILLIS)))
            .v2Json("slow", inputs, outputs::objectionToV2);
    double capacity = capacity(dunlin, request, settings);
    List<Subject> subjects = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    subjects.add(closedLoop("peak", dunlin, request, PEAK_CONNECTIONS));
    for (int multiple : MULTIPLES) {
      String name = "offered x" + multiple;
      subjects.add(offered(name, dunlin, request, multiple * capacity));
      if (multiple > 1) {
        ratios.add(new Ratio("goodput", name, "peak", Measure.REQUESTS_PER_SECOND, ">= 0.95"));
      }
    }
    return new Prepared(subjects, ratios);
  }

  private static double capacity(
      Servers.Listening dunlin, PreparedRequest request, Settings settings) throws IOException {
    LoadResult result =
        LoadGenerator.run(
            LoadPlan.closedLoop(
                dunlin.address(),
                List.of(request),
                PEAK_CONNECTIONS,
                settings.warmup(),
                Duration.ofSeconds(5)));
    if (result.ok() == 0) {
      throw new IOException("no right answer while measuring capacity: " + result.objections());
    }
    return result.okPerSecond();
  }

  private static Subject offered(
      String name, Servers.Listening dunlin, PreparedRequest request, double perSecond) {
    return new HttpSubject(
        name,
        dunlin.jvm(),
        (warmup, length) ->
            LoadPlan.openLoop(
                dunlin.address(),
                List.of(request),
                CONNECTIONS,
                () ->
                    Arrivals.poisson(
                        perSecond, RandomGeneratorFactory.of("L64X128MixRandom").create(1)),
                warmup,
                length));
  }
}
