package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.Catalogue;
import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import io.dunlin.loadtest.fault.oracle.SumAndDifference;
import io.dunlin.loadtest.fault.oracle.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * {@code kill -9} of all processes at once, and a start of all of them. Nobody can answer
 * meanwhile; afterwards every model and alias must be there without an admin call: as the admin API
 * shows them, and as callers find them.
 */
final class KillEverything implements Scenario {
  private static final Duration LONGEST_UNDER_WAY = Duration.ofSeconds(6);

  @Override
  public String name() {
    return "kill-everything";
  }

  @Override
  public String says() {
    return "kill -9 of everything, and start: all models and aliases come back by themselves";
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Scenario.super.prepare(stage);
    stage.cluster().awaitFullStrength(Duration.ofSeconds(60));
    stage.change("PUT", "/admin/v1/models/simple/aliases/live", "{\"version\": 1}");
    stage.change("PUT", "/admin/v1/models/half/aliases/best", "{\"split\": {\"1\": 100}}");
    stage.pause(Duration.ofSeconds(2));
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new SumAndDifference("simple/versions/live"),
        new HalfPlus("half/labels/best", HalfPlus.Protocol.TF_SERVING));
  }

  @Override
  public Optional<Duration> waitGoal() {
    return Optional.empty();
  }

  @Override
  public void act(Stage stage) throws IOException {
    Catalogue before = stage.cluster().catalogue();
    long gone = stage.nowNanos();
    stage.fault("kill -9 of everything");
    stage.cluster().killAll();
    stage.note("all are started again");
    stage.cluster().start();
    stage.note("all say they are ready");
    stage.awaitFullStrength();
    long back = stage.nowNanos();
    stage.excuse("while everything was down", nobodyThere(gone, back));
    Catalogue after = stage.cluster().catalogue();
    stage.note("models and aliases are compared: " + after.models().keySet());
    after.differencesFrom(before).forEach(stage::object);
    stage.pause(Duration.ofSeconds(3));
  }

  /**
   * Requests that were under way when everything went, or came before all models were back: they
   * may find nobody, or one who says that he cannot yet; no other failure, and no wrong answer.
   */
  static Predicate<Ended> nobodyThere(long goneNanos, long backNanos) {
    return request ->
        request.dueNanos() >= goneNanos - LONGEST_UNDER_WAY.toNanos()
            && request.dueNanos() <= backNanos
            && request.endNanos() >= goneNanos
            && (request.verdict() == Verdict.BROKEN || request.verdict() == Verdict.REFUSED);
  }
}
