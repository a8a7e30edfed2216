package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.AdminCalls;
import io.dunlin.loadtest.fault.cluster.Catalogue;
import java.io.IOException;
import java.time.Duration;

/**
 * The disk with every data folder is full. Serving goes on; a change is refused with words, or
 * kept: after {@code kill -9} of everything and a start, what was confirmed must be there, before
 * the disk was full as well as while it was.
 */
final class DiskFull implements Scenario {
  private static final String MODEL = "half";
  private static final int CHANGES_BEFORE = 3;
  private static final int CHANGES_WHILE = 20;

  /** The most replicas of the model, as of a revision. */
  private record Change(long revision, long most) {
    static final Change NONE = new Change(0, 0);
  }

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
  public void act(Stage stage) throws IOException {
    Change confirmed = Change.NONE;
    try (AdminCalls admin = stage.cluster().admin()) {
      for (int i = 0; i < CHANGES_BEFORE; i++) {
        confirmed = change(stage, admin, 50 + i, confirmed);
      }
      if (confirmed.most() != 50 + CHANGES_BEFORE - 1) {
        stage.object("before the disk is full only this was confirmed: " + confirmed);
      }
      stage.note("confirmed before it is full: " + confirmed);
      stage.fault("the disk is full");
      stage.disk().fill();
      int done = 0;
      for (int i = 0; i < CHANGES_WHILE; i++) {
        Change before = confirmed;
        confirmed = change(stage, admin, 3 + i, before);
        done += confirmed.equals(before) ? 0 : 1;
        stage.pause(Duration.ofMillis(200));
      }
      stage.note(
          "while it is full " + done + " of " + CHANGES_WHILE + " were confirmed: " + confirmed);
    }
    Catalogue before = stage.cluster().catalogue().without(MODEL);
    long gone = stage.nowNanos();
    stage.cluster().killAll();
    stage.note("kill -9 of everything; there is space again");
    stage.disk().free();
    stage.cluster().start();
    stage.awaitFullStrength();
    stage.excuse("while everything was down", KillEverything.nobodyThere(gone, stage.nowNanos()));
    compare(stage, before, confirmed);
    stage.change("PATCH", "/admin/v1/models/" + MODEL, most(2));
    stage.pause(Duration.ofSeconds(2));
  }

  /** Asks for a change; what is confirmed now. A refusal must be in words. */
  private static Change change(Stage stage, AdminCalls admin, int most, Change confirmed)
      throws IOException {
    AdminCalls.Reply reply = admin.change("PATCH", "/admin/v1/models/" + MODEL, most(most));
    if (reply.isDone()) {
      return new Change(reply.body().path("revision").asLong(), most);
    }
    if (reply.body().path("error").asText().isEmpty()) {
      stage.object("a change was refused with " + reply + " (expected: words)");
    }
    return confirmed;
  }

  /**
   * A change that was answered with an error may have been made or not; one that was confirmed must
   * be there, unless a later one is.
   */
  private static void compare(Stage stage, Catalogue before, Change confirmed) throws IOException {
    Catalogue after = stage.cluster().catalogue();
    long most = after.model(MODEL).path("spec").path("replicas").path("max").asLong(-1);
    Change kept = new Change(after.revision(MODEL), most);
    stage.note("kept: " + kept + ", models " + after.models().keySet());
    if (kept.revision() < confirmed.revision()
        || kept.revision() == confirmed.revision() && kept.most() != confirmed.most()) {
      stage.object(MODEL + " has " + kept + " (expected: " + confirmed + ", confirmed)");
    }
    after.without(MODEL).differencesFrom(before).forEach(stage::object);
  }

  private static String most(int max) {
    return "{\"replicas\": {\"min\": 2, \"max\": " + max + "}}";
  }
}
