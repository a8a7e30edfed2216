package io.dunlin.loadtest.benchmark;

import static io.dunlin.loadtest.benchmark.FraudJson.closedLoop;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.benchmark.Ratio.Measure;
import io.dunlin.loadtest.generator.Answer;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.loadtest.jvm.ChildJvm;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.NamedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The same SavedModel behind Dunlin and behind real peers, all batching, each asked in the JSON it
 * speaks. Peers come from PyPI by {@code load-tests/peers/setup.sh}; those not installed are left
 * out and said so.
 */
final class Peers implements Scenario {
  private static final String MODEL = "mlp";

  /** A way to ask. */
  private enum Dialect {
    TENSORFLOW_SERVING,
    V2,
    /** The column's array in, the column's array out. */
    BARE
  }

  /**
   * @param folder of its virtual environment, and the beginning of its script's name
   */
  private record Peer(String name, String folder, Dialect dialect, String readyPath) {}

  private static final List<Peer> ALL =
      List.of(
          new Peer("mlserver", "mlserver", Dialect.V2, "/v2/models/mlp/ready"),
          new Peer("litserve", "litserve", Dialect.TENSORFLOW_SERVING, "/health"),
          new Peer("bentoml", "bentoml", Dialect.BARE, "/readyz"),
          new Peer("ray serve", "rayserve", Dialect.TENSORFLOW_SERVING, "/-/healthz"),
          new Peer("pytriton", "pytriton", Dialect.V2, "/v2/models/mlp/ready"));

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String question() {
    return "How does Dunlin compare with peers that serve the same small SavedModel?";
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
    InferenceBodies bodies = new InferenceBodies(dunlin.host(), MODEL);
    List<Subject> subjects = new ArrayList<>();
    int connections = settings.connections();
    subjects.add(
        closedLoop(
            "dunlin tfs",
            dunlin,
            bodies.tfServing("dunlin tfs", inputs, outputs::objectionToTfServing),
            connections));
    subjects.add(
        closedLoop(
            "dunlin v2",
            dunlin,
            bodies.v2Json("dunlin v2", inputs, outputs::objectionToV2),
            connections));
    List<Ratio> ratios = new ArrayList<>();
    for (Peer peer : ALL) {
      Optional<Servers.Listening> server = start(peer, settings, servers, models.version(MODEL));
      if (server.isPresent()) {
        PreparedRequest request = request(peer, server.get().host(), inputs, outputs);
        subjects.add(closedLoop(peer.name(), server.get(), request, connections));
        String ours = peer.dialect() == Dialect.V2 ? "dunlin v2" : "dunlin tfs";
        ratios.add(
            new Ratio("req/s", ours, peer.name(), Measure.REQUESTS_PER_SECOND, ">= 5 to 20"));
      }
    }
    return new Prepared(subjects, ratios);
  }

  private static Optional<Servers.Listening> start(
      Peer peer, Settings settings, Servers servers, Path version) throws IOException {
    Path python = environment(settings, peer).resolve("bin").resolve("python");
    if (!Files.isExecutable(python)) {
      System.out.println(
          peer.name() + ": not installed (load-tests/peers/setup.sh " + peer.folder() + ")");
      return Optional.empty();
    }
    Path script = settings.home().resolve("load-tests/peers/" + peer.folder() + "_server.py");
    try {
      return Optional.of(
          servers.foreign(
              peer.name(),
              List.of(python.toString(), script.toAbsolutePath().toString()),
              version.toString(),
              peer.readyPath()));
    } catch (IOException e) {
      System.out.println(peer.name() + ": does not start here: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Path environment(Settings settings, Peer peer) {
    String elsewhere = System.getenv("PEERS");
    Path folder =
        elsewhere == null ? settings.home().resolve("load-tests/target/peers") : Path.of(elsewhere);
    return folder.resolve(peer.folder()).toAbsolutePath();
  }

  private static PreparedRequest request(
      Peer peer, String host, List<NamedTensor> inputs, ExpectedOutputs outputs) {
    InferenceBodies bodies = new InferenceBodies(host, MODEL);
    return switch (peer.dialect()) {
      case TENSORFLOW_SERVING ->
          bodies.tfServing(peer.name(), inputs, outputs::objectionToTfServing);
      case V2 -> bodies.v2Json(peer.name(), inputs, outputs::objectionToV2);
      case BARE ->
          PreparedRequest.post(
              peer.name(),
              host,
              "/predict",
              Map.of("Content-Type", "application/json"),
              InferenceBodies.columns(inputs).toString().getBytes(StandardCharsets.UTF_8),
              bare(outputs));
    };
  }

  /** An answer that is the output's array and nothing else. */
  private static AnswerCheck bare(ExpectedOutputs outputs) {
    return answer -> {
      try {
        ObjectNode named = new JsonMapper().createObjectNode();
        named.set("outputs", new JsonMapper().readTree(answer.body()));
        byte[] body = named.toString().getBytes(StandardCharsets.UTF_8);
        return outputs.objectionToTfServing(new Answer(answer.status(), answer.head(), body));
      } catch (IOException e) {
        return Optional.of("unreadable: " + e.getMessage());
      }
    };
  }
}
