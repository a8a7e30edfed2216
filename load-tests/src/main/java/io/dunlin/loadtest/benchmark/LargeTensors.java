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
import java.util.List;

/** Rows of 600 KB: what copies cost. */
final class LargeTensors implements Scenario {
  static final String MODEL = "wide";
  static final int CONNECTIONS = 4;

  @Override
  public String name() {
    return "large-tensors";
  }

  @Override
  public String question() {
    return "How many 600 KB tensors go through, against a route that sends them back?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL);
    List<NamedTensor> inputs = GeneratedInputs.wide();
    ChildJvm model =
        servers.modelLoop(
            models.version(MODEL),
            models.file("wide-request.json", InferenceBodies.v2JsonBody(inputs).toString()));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    Servers.Listening echo = servers.echo();
    byte[] tensor = inputs.get(0).tensor().array();
    PreparedRequest echoed =
        new InferenceBodies(echo.host(), MODEL)
            .tfServing("echo", tensor, AnswerCheck.sameBytes(tensor));
    return new Prepared(
        List.of(
            closedLoop(
                "dunlin",
                dunlin,
                new InferenceBodies(dunlin.host(), MODEL)
                    .v2Binary("wide", inputs, outputs::objectionToV2),
                CONNECTIONS),
            closedLoop("echo", echo, echoed, CONNECTIONS),
            new LoopSubject("model x1", model, 1)),
        List.of(
            new Ratio("req/s", "dunlin", "echo", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "dunlin", "model x1", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("bytes/request", "dunlin", "echo", Measure.BYTES_PER_REQUEST, "")));
  }
}
