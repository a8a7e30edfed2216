package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/**
 * A node that is alive and slow: it stands still for 300 ms out of every 400, for twelve seconds.
 * No failure detector notices; only its answers take long.
 */
final class SlowNode implements Scenario {
  private static final Duration STILL = Duration.ofMillis(300);
  private static final Duration RUNNING = Duration.ofMillis(100);
  private static final int TIMES = 30;

  @Override
  public String name() {
    return "slow-node";
  }

  @Override
  public String says() {
    return "a node runs for a quarter of the time (SIGSTOP and SIGCONT) for 12 s";
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    stage.fault(node.name() + " becomes slow");
    for (int i = 0; i < TIMES; i++) {
      node.pause();
      try {
        stage.pause(STILL);
      } finally {
        node.unpause();
      }
      stage.pause(RUNNING);
    }
    stage.note(node.name() + " is as fast as before");
    stage.awaitFullStrength();
  }
}
