package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** SIGTERM of a node: it hands over, ends with status 0, and is started again. */
final class TerminateNode implements Scenario {

  @Override
  public String name() {
    return "terminate-node";
  }

  @Override
  public String says() {
    return "SIGTERM of a node: it hands over and ends with status 0";
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    stage.fault("SIGTERM " + node.name());
    node.terminate(true);
    stage.awaitCleanEnd(node, Duration.ofSeconds(60));
    stage.awaitFullStrength();
    stage.cluster().start(node);
    stage.note(node.name() + " is started again");
    stage.cluster().awaitFullStrength(Duration.ofSeconds(60));
  }
}
