package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** {@code kill -9} of the oldest node, which holds the controller and the shard coordinator. */
final class KillController implements Scenario {

  @Override
  public String name() {
    return "kill-controller";
  }

  @Override
  public String says() {
    return "kill -9 of the node with the controller and the shard coordinator";
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.cluster().controller();
    stage.fault("kill -9 " + node.name() + " (controller)");
    node.kill(false);
    node.awaitEnd(Duration.ofSeconds(5));
    stage.awaitFullStrength();
    ServerProcess next = stage.cluster().controller();
    stage.note("controller: " + next.name());
    if (next == node) {
      stage.object("the controller is " + next.name() + " again (expected: the next oldest)");
    }
  }
}
