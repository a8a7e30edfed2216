package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A node stands still for ten seconds (a long collection of garbage, a virtual machine that is
 * moved) and goes on: it answers late what was asked of it, and nobody may see that.
 */
final class PauseNode implements Scenario {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "pause-node";
  }

  @Override
  public String says() {
    return "SIGSTOP of a node for 10 s, then SIGCONT";
  }

  @Override
  public Optional<Duration> waitGoal() {
    return Optional.of(Duration.ofMillis(3_500));
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    stage.fault("SIGSTOP " + node.name());
    node.pause();
    try {
      stage.pause(PAUSE);
    } finally {
      stage.note("SIGCONT " + node.name());
      node.unpause();
    }
    // It may find itself downed and end; then its supervisor starts it again.
    stage.pause(Duration.ofSeconds(3));
    stage.awaitFullStrength();
  }
}
