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
import java.util.Optional;

/** Rows of 600 KB: what copies cost. */
final class LargeTensors implements Scenario {
  static final String MODEL = "wide";
  static final int CONNECTIONS = 4;

  /** About what the model's answer takes: head, JSON and one row of outputs. */
  private static final int COPY_ANSWER_BYTES = 256;

  @Override
  public String name() {
    return "large-tensors";
  }

  @Override
  public String question() {
    return "How many 600 KB tensors go through, against a plain copy of the bytes?";
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
    Servers.Listening remote = servers.remote(models);
    Servers.Listening copy = servers.copy(COPY_ANSWER_BYTES);
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
            closedLoop(
                "remote",
                remote,
                new InferenceBodies(remote.host(), MODEL)
                    .v2Binary("remote", inputs, outputs::objectionToV2),
                CONNECTIONS),
            closedLoop(
                "copy",
                copy,
                new InferenceBodies(copy.host(), MODEL)
                    .v2Binary("copy", inputs, answer -> Optional.empty()),
                CONNECTIONS),
            closedLoop("echo", echo, echoed, CONNECTIONS),
            new LoopSubject("model x1", model, 1)),
        List.of(
            new Ratio("req/s", "remote", "copy", Measure.REQUESTS_PER_SECOND, ">= 0.5"),
            new Ratio("req/s", "dunlin", "copy", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "remote", "dunlin", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "dunlin", "echo", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "dunlin", "model x1", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("bytes/request", "dunlin", "echo", Measure.BYTES_PER_REQUEST, "")));
  }
}
