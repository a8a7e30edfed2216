package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** {@code kill -9} of a node that stays away: its replicas must come back on the others. */
final class LoseNode implements Scenario {

  @Override
  public String name() {
    return "lose-node";
  }

  @Override
  public String says() {
    return "kill -9 of a node that stays away; its replicas come back elsewhere";
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    stage.fault("kill -9 " + node.name());
    node.kill(true);
    node.awaitEnd(Duration.ofSeconds(5));
    stage.awaitFullStrength();
    stage.cluster().start(node);
    stage.note(node.name() + " is started again");
    stage.cluster().awaitFullStrength(Duration.ofSeconds(60));
  }
}
