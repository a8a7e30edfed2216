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
import java.util.ArrayList;
import java.util.List;

/** A small perceptron in JSON, in one process and through a node of its own. */
final class RemoteJson implements Scenario {
  private static final String MODEL = "mlp";

  @Override
  public String name() {
    return "remote-json";
  }

  @Override
  public String question() {
    return "What does the hop to a node in another process cost a small JSON request?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL);
    List<NamedTensor> inputs = GeneratedInputs.mlp();
    String columns = "{\"inputs\":" + InferenceBodies.columns(inputs) + "}";
    byte[] body = columns.getBytes(StandardCharsets.UTF_8);
    String v2 = InferenceBodies.v2JsonBody(inputs).toString();
    ChildJvm model = servers.modelLoop(models.version(MODEL), models.file("request.json", v2));
    ExpectedOutputs outputs = Servers.outputsOf(model);
    List<Subject> subjects = new ArrayList<>();
    for (Servers.Listening server : List.of(servers.dunlin(models), servers.remote(models))) {
      String name = server.jvm().name();
      InferenceBodies bodies = new InferenceBodies(server.host(), MODEL);
      subjects.add(
          closedLoop(
              name,
              server,
              bodies.tfServing(name, body, outputs::objectionToTfServing),
              settings.connections()));
    }
    Servers.Listening echo = servers.echo();
    subjects.add(
        closedLoop(
            "echo",
            echo,
            new InferenceBodies(echo.host(), MODEL)
                .tfServing("echo", body, AnswerCheck.sameBytes(body)),
            settings.connections()));
    return new Prepared(
        subjects,
        List.of(
            new Ratio("req/s", "dunlin", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.85"),
            new Ratio("req/s", "remote", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.6"),
            new Ratio("req/s", "remote", "dunlin", Measure.REQUESTS_PER_SECOND, ">= 0.7"),
            new Ratio("server CPU/request", "remote", "dunlin", Measure.CPU_PER_REQUEST, ""),
            new Ratio("bytes/request", "remote", "dunlin", Measure.BYTES_PER_REQUEST, "")));
  }
}
