package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.AdminCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The disk with every data folder is full. Serving goes on; a change is refused with words, or
 * kept: after {@code kill -9} of everything and a start, what was confirmed must be there.
 */
final class DiskFull implements Scenario {
  private static final int CHANGES = 20;

  @Override
  public String name() {
    return "disk-full";
  }

  @Override
  public String says() {
    return "the disk with all data folders is full; serving goes on, no confirmed change is lost";
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
    long confirmed = 0;
    stage.fault("the disk is full");
    stage.disk().fill();
    try (AdminCalls admin = stage.cluster().admin()) {
      for (int i = 0; i < CHANGES; i++) {
        AdminCalls.Reply reply = admin.change("PATCH", "/admin/v1/models/half", maxReplicas(3 + i));
        if (reply.isDone()) {
          confirmed = reply.body().path("revision").asLong();
        } else if (reply.body().path("error").asText().isEmpty()) {
          stage.object("a change while the disk is full: " + reply + " (expected: words)");
        }
        stage.pause(Duration.ofMillis(200));
      }
    }
    stage.note("last confirmed while it is full: revision " + confirmed);
    long gone = stage.nowNanos();
    stage.cluster().killAll();
    stage.note("kill -9 of everything; there is space again");
    stage.disk().free();
    stage.cluster().start();
    stage.awaitFullStrength();
    long back = stage.nowNanos();
    stage.excuse(KillEverything.nobodyThere(gone, back));
    try (AdminCalls admin = stage.cluster().admin()) {
      long kept = admin.get("/admin/v1/models/half").body().path("revision").asLong();
      stage.note("kept: revision " + kept);
      if (kept < confirmed) {
        stage.object("half has revision " + kept + " (expected: " + confirmed + ", confirmed)");
      }
    }
    stage.change("PATCH", "/admin/v1/models/half", maxReplicas(2));
    stage.pause(Duration.ofSeconds(2));
  }

  private static String maxReplicas(int max) {
    return "{\"replicas\": {\"min\": 2, \"max\": " + max + "}}";
  }
}
