package io.dunlin.loadtest.fault.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.loadtest.fault.cluster.AdminCalls;
import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import io.dunlin.loadtest.fault.oracle.SumAndDifference;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A node is drained through the admin API, is empty then, and is resumed. One of the models has a
 * single replica: its successor must be READY before it goes.
 */
final class DrainNode implements Scenario {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "drain-node";
  }

  @Override
  public String says() {
    return "a node is drained, is empty, and is resumed; also with a model of one replica";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Scenario.super.prepare(stage);
    stage.serve("lone", "half_plus_two", 1);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("lone", HalfPlus.Protocol.V2_JSON),
        new SumAndDifference("simple"),
        new HalfPlus("lone", HalfPlus.Protocol.V2_BINARY));
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.cluster().process(holderOf(stage, "lone/1"));
    stage.fault("drain " + node.name() + " (has lone/1)");
    if (!stage.change("POST", "/admin/v1/nodes/" + node.name() + "/drain", "")) {
      return;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int left = replicasOn(stage, node.name());
    while (left > 0 && System.nanoTime() - deadline < 0) {
      stage.pause(Duration.ofMillis(200));
      left = replicasOn(stage, node.name());
    }
    if (left > 0) {
      stage.object(node.name() + " still has " + left + " replicas after the drain");
    } else {
      stage.note(node.name() + " is empty");
    }
    stage.awaitFullStrength();
    stage.change("POST", "/admin/v1/nodes/" + node.name() + "/resume", "");
    stage.note("resumed " + node.name());
    stage.cluster().awaitFullStrength(PATIENCE);
  }

  private static String holderOf(Stage stage, String version) throws IOException {
    for (JsonNode node : nodes(stage)) {
      for (JsonNode replica : node.path("replicas")) {
        if (replica.path("replica").asText().startsWith(version + "/")) {
          return node.path("id").asText();
        }
      }
    }
    return "node-1"; // it has moved this instant; any node will do
  }

  private static int replicasOn(Stage stage, String id) throws IOException {
    int count = 0;
    for (JsonNode node : nodes(stage)) {
      if (node.path("id").asText().equals(id)) {
        for (JsonNode replica : node.path("replicas")) {
          String state = replica.path("state").asText();
          count += state.equals("UNLOADED") || state.equals("FAILED") ? 0 : 1;
        }
      }
    }
    return count;
  }

  private static JsonNode nodes(Stage stage) throws IOException {
    try (AdminCalls admin = stage.cluster().admin()) {
      return admin.get("/admin/v1/nodes").body().path("nodes");
    }
  }
}
