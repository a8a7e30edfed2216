package io.dunlin.loadtest.fault.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.loadtest.fault.cluster.AdminCalls;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A version whose {@code saved_model.pb} is cut in half is copied in: it is FAILED with a reason,
 * and the last good version goes on. A good version after it is served.
 */
class CorruptVersion implements Scenario {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @Override
  public String name() {
    return "corrupt-version";
  }

  @Override
  public String says() {
    return "a corrupt version 2 is FAILED and 1 goes on; a good version 4 is served";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    stage.serve("half", "half_plus_two", 2);
  }

  @Override
  public Set<Long> versions() {
    return Set.of(1L, 4L);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("half", HalfPlus.Protocol.V2_JSON));
  }

  @Override
  public void act(Stage stage) throws IOException {
    publishBad(stage);
    String reason = awaitFailed(stage);
    if (reason.isEmpty()) {
      stage.object("version 2 is not FAILED with a reason");
    } else {
      stage.note("version 2 is FAILED: " + reason);
    }
    stage.pause(Duration.ofSeconds(3));
    long good = stage.nowNanos();
    stage.check(all -> RollOut.only(all, 0, good, 1));
    stage.note("good version 4 is copied in");
    stage.cluster().expect("half/1", 0);
    stage.cluster().expect("half/4", 2);
    stage.models().version("half", 4, "half_plus_three");
    stage.awaitFullStrength();
    stage.pause(Duration.ofSeconds(3));
    stage.models().removeVersion("half", 4);
    stage.models().removeVersion("half", 2);
    stage.note("versions 2 and 4 are taken out");
    stage.cluster().expect("half/4", 0);
    stage.cluster().expect("half/1", 2);
    stage.pause(Duration.ofSeconds(5));
    stage.cluster().awaitFullStrength(PATIENCE);
  }

  void publishBad(Stage stage) throws IOException {
    stage.fault("corrupt version 2 is copied in");
    stage.models().corruptVersion("half", 2, "half_plus_three");
  }

  private static String awaitFailed(Stage stage) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      try (AdminCalls admin = stage.cluster().admin()) {
        JsonNode versions = admin.get("/admin/v1/models/half").body().path("versions");
        for (JsonNode version : versions) {
          if (version.path("version").asLong() == 2
              && version.path("state").asText().equals("FAILED")) {
            return version.path("reason").asText();
          }
        }
      }
      stage.pause(Duration.ofMillis(200));
    }
    return "";
  }
}
