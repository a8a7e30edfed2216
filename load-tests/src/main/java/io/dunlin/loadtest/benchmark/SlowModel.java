package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    List<Subject> subjects = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    for (Servers.Listening server : List.of(servers.dunlin(models), servers.remote(models))) {
      String name = server.jvm().name();
      InferenceBodies bodies = new InferenceBodies(server.host(), MODEL);
      servers.warmUp(
          server, bodies.v2Json("warm-up", GeneratedInputs.slow(0), answer -> Optional.empty()));
      subjects.add(
          closedLoop(name, server, bodies.v2Json(name, inputs, outputs::objectionToV2), 1));
      ratios.add(new Ratio("p50", name, "model x1", Measure.P50, "<= 1.10"));
      ratios.add(new Ratio("p99", name, "model x1", Measure.P99, ""));
      ratios.add(new Ratio("req/s", name, "model x1", Measure.REQUESTS_PER_SECOND, ""));
    }
    Servers.Listening echo = servers.echo();
    byte[] echoed = v2.getBytes(StandardCharsets.UTF_8);
    PreparedRequest echoRequest =
        new InferenceBodies(echo.host(), MODEL)
            .tfServing("echo", echoed, AnswerCheck.sameBytes(echoed));
    servers.warmUp(echo, echoRequest);
    subjects.add(closedLoop("echo", echo, echoRequest, 1));
    subjects.add(new LoopSubject("model x1", model, 1));
    return new Prepared(subjects, ratios);
  }
}
