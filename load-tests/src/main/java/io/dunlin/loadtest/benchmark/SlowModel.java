package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.util.List;

/** A model with some milliseconds of compute, one caller: what the way to it adds. */
final class SlowModel implements Scenario {
  private static final String MODEL = "slow";
  private static final int UNITS = 5;

  @Override
  public String name() {
    return "slow-model";
  }

  @Override
  public String question() {
    return "How much longer does a caller wait for 5 ms of compute through Dunlin than in its own"
        + " process?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL);
    List<NamedTensor> inputs = GeneratedInputs.slow(UNITS);
    String v2 = InferenceBodies.v2JsonBody(inputs).toString();
    ChildJvm model = servers.modelLoop(models.version(MODEL), models.file("slow-request.json", v2));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    return new Prepared(
        List.of(
            closedLoop(
                "dunlin",
                dunlin,
                new InferenceBodies(dunlin.host(), MODEL)
                    .v2Json("slow", inputs, outputs::objectionToV2),
                1),
            new LoopSubject("model x1", model, 1)),
        List.of(
            new Ratio("p50", "dunlin", "model x1", Measure.P50, "<= 1.10"),
            new Ratio("p99", "dunlin", "model x1", Measure.P99, ""),
            new Ratio("req/s", "dunlin", "model x1", Measure.REQUESTS_PER_SECOND, "")));
  }
}
