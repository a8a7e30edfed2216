package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** {@code kill -9} of a node, another one in each repeat; its supervisor starts it again. */
final class KillNode implements Scenario {

  @Override
  public String name() {
    return "kill-node";
  }

  @Override
  public String says() {
    return "kill -9 of a node; its supervisor starts it again";
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    stage.fault("kill -9 " + node.name());
    node.kill(false);
    node.awaitEnd(Duration.ofSeconds(5));
    stage.awaitFullStrength();
  }
}
