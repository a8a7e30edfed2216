package io.dunlin.loadtest.benchmark;

import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.LoadPlan;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The fraud model through TensorFlow Serving's JSON, against the two floors. */
final class FraudJson implements Scenario {
  private static final String MODEL = "fraud-detection";

  @Override
  public String name() {
    return "fraud-json";
  }

  @Override
  public String question() {
    return "What does a JSON request to the fraud model cost above HTTP alone and above the model"
        + " alone?";
  }

  @Override
  public Prepared prepare(Settings settings, Servers servers, BenchmarkModels models)
      throws IOException {
    models.with(MODEL);
    Path request = settings.examples().resolve("requests/fraud-detection-honest.json");
    byte[] body = Files.readAllBytes(request);
    ChildJvm model = servers.modelLoop(models.version(MODEL), request);
    ExpectedOutputs outputs = Servers.outputsOf(model);
    Servers.Listening dunlin = servers.dunlin(models);
    Servers.Listening echo = servers.echo();
    PreparedRequest predict =
        new InferenceBodies(dunlin.host(), MODEL)
            .tfServing("predict", body, outputs::objectionToTfServing);
    PreparedRequest echoed =
        new InferenceBodies(echo.host(), MODEL)
            .tfServing("echo", body, AnswerCheck.sameBytes(body));
    List<Subject> subjects = new ArrayList<>();
    List<Ratio> ratios = new ArrayList<>();
    subjects.add(closedLoop("dunlin", dunlin, predict, settings.connections()));
    subjects.add(closedLoop("echo", echo, echoed, settings.connections()));
    subjects.add(new LoopSubject("model x1", model, 1));
    subjects.add(new LoopSubject("model x2", model, 2));
    ratios.add(new Ratio("req/s", "dunlin", "echo", Measure.REQUESTS_PER_SECOND, ">= 0.85"));
    ratios.add(new Ratio("req/s", "dunlin", "model x1", Measure.REQUESTS_PER_SECOND, ""));
    ratios.add(new Ratio("req/s", "dunlin", "model x2", Measure.REQUESTS_PER_SECOND, ""));
    ratios.add(new Ratio("server CPU/request", "dunlin", "echo", Measure.CPU_PER_REQUEST, ""));
    ratios.add(new Ratio("bytes/request", "dunlin", "echo", Measure.BYTES_PER_REQUEST, ""));
    for (Map.Entry<String, List<String>> variant : settings.variants().entrySet()) {
      String name = variant.getKey();
      Servers.Listening other = servers.dunlin(name, variant.getValue(), models);
      PreparedRequest same =
          new InferenceBodies(other.host(), MODEL)
              .tfServing(name, body, outputs::objectionToTfServing);
      subjects.add(closedLoop(name, other, same, settings.connections()));
      ratios.add(new Ratio("req/s", name, "dunlin", Measure.REQUESTS_PER_SECOND, ""));
      ratios.add(new Ratio("server CPU/request", name, "dunlin", Measure.CPU_PER_REQUEST, ""));
      ratios.add(new Ratio("bytes/request", name, "dunlin", Measure.BYTES_PER_REQUEST, ""));
    }
    return new Prepared(subjects, ratios);
  }

  /** A server under one request in a closed loop. */
  static HttpSubject closedLoop(
      String name, Servers.Listening server, PreparedRequest request, int connections) {
    return new HttpSubject(
        name,
        server.jvm(),
        (warmup, length) ->
            LoadPlan.closedLoop(server.address(), List.of(request), connections, warmup, length));
  }
}
