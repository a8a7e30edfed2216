package io.dunlin.loadtest.fault.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code kill -9} of all processes at once, and a start of all of them. Nobody can answer
 * meanwhile; afterwards every model must be there without an admin call.
 */
final class KillEverything implements Scenario {

  @Override
  public String name() {
    return "kill-everything";
  }

  @Override
  public String says() {
    return "kill -9 of everything, and start: all models come back by themselves";
  }

  @Override
  public Optional<Duration> waitGoal() {
    return Optional.empty();
  }

  @Override
  public void act(Stage stage) throws IOException {
    long gone = stage.nowNanos();
    stage.fault("kill -9 of everything");
    stage.cluster().killAll();
    stage.note("all are started again");
    stage.cluster().start();
    stage.note("all say they are ready");
    stage.awaitFullStrength();
    long back = stage.nowNanos();
    long deadlines = Duration.ofSeconds(7).toNanos();
    stage.excuse(request -> request.dueNanos() >= gone - deadlines && request.dueNanos() <= back);
    stage.pause(Duration.ofSeconds(3));
  }
}
