package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.util.List;

/** A model in which a batch pays, with batching on and off, in one server. */
final class Batching implements Scenario {
  private static final String MODEL = "matmul_batch";

  @Override
  public String name() {
    return "batching";
  }

  @Override
  public String question() {
    return "How much more does a model whose weights dwarf its inputs serve when requests share a"
        + " run?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with("batched", MODEL, "batching:\n  enabled: true\n");
    models.with("unbatched", MODEL, "batching:\n  enabled: false\n");
    List<NamedTensor> inputs = GeneratedInputs.matmulBatch();
    String v2 = InferenceBodies.v2JsonBody(inputs).toString();
    ChildJvm model =
        servers.modelLoop(models.version("batched"), models.file("matmul-request.json", v2));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    return new Prepared(
        List.of(
            subject("batched", dunlin, inputs, outputs, settings),
            subject("unbatched", dunlin, inputs, outputs, settings),
            new LoopSubject("model x1", model, 1),
            new LoopSubject("model x2", model, 2)),
        List.of(
            new Ratio("req/s", "batched", "unbatched", Measure.REQUESTS_PER_SECOND, ">= 3.7"),
            new Ratio("p95", "batched", "unbatched", Measure.P95, "<= 1"),
            new Ratio("req/s", "batched", "model x2", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "unbatched", "model x1", Measure.REQUESTS_PER_SECOND, "")));
  }

  private static Subject subject(
      String name,
      Servers.Listening dunlin,
      List<NamedTensor> inputs,
      ExpectedOutputs outputs,
      Settings settings) {
    return closedLoop(
        name,
        dunlin,
        new InferenceBodies(dunlin.host(), name).v2Binary(name, inputs, outputs::objectionToV2),
        settings.connections());
  }
}
