package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A small perceptron through each protocol: what the codec costs. */
final class MlpProtocols implements Scenario {
  private static final String MODEL = "mlp";
  private static final int ROWS = 32;
  private static final String ROWS_JSON = "json " + ROWS + " rows";
  private static final String ROWS_BINARY = "bin. " + ROWS + " rows";

  @Override
  public String name() {
    return "mlp-protocols";
  }

  @Override
  public String question() {
    return "What does the same row of 32 floats cost as TensorFlow Serving JSON, V2 JSON and V2"
        + " binary?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL);
    List<NamedTensor> inputs = GeneratedInputs.mlp();
    String v2 = InferenceBodies.v2JsonBody(inputs).toString();
    ChildJvm model = servers.modelLoop(models.version(MODEL), models.file("mlp-request.json", v2));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    Servers.Listening echo = servers.echo();
    List<NamedTensor> rows = GeneratedInputs.mlp(ROWS);
    ExpectedOutputs rowsOutputs =
        Servers.outputsOf(
            servers.modelLoop(
                models.version(MODEL),
                models.file("rows-request.json", InferenceBodies.v2JsonBody(rows).toString())));
    InferenceBodies bodies = new InferenceBodies(dunlin.host(), MODEL);
    byte[] echoed = v2.getBytes(StandardCharsets.UTF_8);
    int connections = settings.connections();
    return new Prepared(
        List.of(
            closedLoop(
                "tfs json",
                dunlin,
                bodies.tfServing("tfs json", inputs, outputs::objectionToTfServing),
                connections),
            closedLoop(
                "v2 json",
                dunlin,
                bodies.v2Json("v2 json", inputs, outputs::objectionToV2),
                connections),
            closedLoop(
                "v2 binary",
                dunlin,
                bodies.v2Binary("v2 binary", inputs, outputs::objectionToV2),
                connections),
            closedLoop(
                ROWS_JSON,
                dunlin,
                bodies.v2Json(ROWS_JSON, rows, rowsOutputs::objectionToV2),
                connections),
            closedLoop(
                ROWS_BINARY,
                dunlin,
                bodies.v2Binary(ROWS_BINARY, rows, rowsOutputs::objectionToV2),
                connections),
            closedLoop(
                "echo",
                echo,
                new InferenceBodies(echo.host(), MODEL)
                    .tfServing("echo", echoed, AnswerCheck.sameBytes(echoed)),
                connections),
            new LoopSubject("model x1", model, 1)),
        List.of(
            new Ratio("req/s", "v2 binary", "v2 json", Measure.REQUESTS_PER_SECOND, ">= 1.3"),
            new Ratio("req/s", ROWS_BINARY, ROWS_JSON, Measure.REQUESTS_PER_SECOND, ">= 1.3"),
            new Ratio("req/s", "v2 binary", "tfs json", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "tfs json", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.85"),
            new Ratio("req/s", "v2 json", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.85"),
            new Ratio("req/s", "v2 binary", "echo", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("req/s", "tfs json", "model x1", Measure.REQUESTS_PER_SECOND, ""),
            new Ratio("server CPU/request", "tfs json", "echo", Measure.CPU_PER_REQUEST, ""),
            new Ratio("server CPU/request", "v2 binary", "v2 json", Measure.CPU_PER_REQUEST, "")));
  }
}
