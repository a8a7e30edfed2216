package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.AdminCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The disk with every data folder is full. Serving goes on; a change that cannot be kept is refused
 * with words, and works when there is space again.
 */
final class DiskFull implements Scenario {
  private static final String SPEC = "{\"replicas\": {\"min\": 2, \"max\": 3}}";

  @Override
  public String name() {
    return "disk-full";
  }

  @Override
  public String says() {
    return "the disk with all data folders is full; serving goes on, changes are refused";
  }

  @Override
  public Setting setting() {
    return Setting.usual().onSmallDisk(24);
  }

  @Override
  public Optional<Duration> waitGoal() {
    return Optional.of(Duration.ofSeconds(1));
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault("the disk is full");
    stage.disk().fill();
    try (AdminCalls admin = stage.cluster().admin()) {
      for (int i = 0; i < 5; i++) {
        AdminCalls.Reply reply = admin.change("PATCH", "/admin/v1/models/half", SPEC);
        stage.note("a change while it is full: " + reply);
        if (reply.status() == 500
            || reply.body().path("error").asText().isEmpty() && !reply.isDone()) {
          stage.object("a change while the disk is full: " + reply + " (expected: words)");
        }
        stage.pause(Duration.ofSeconds(1));
      }
    } finally {
      stage.note("there is space again");
      stage.disk().free();
    }
    stage.awaitFullStrength();
    stage.change("PATCH", "/admin/v1/models/half", SPEC);
    stage.change("PATCH", "/admin/v1/models/half", "{\"replicas\": {\"min\": 2, \"max\": 2}}");
    stage.pause(Duration.ofSeconds(2));
  }
}
