package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.Network;
import io.dunlin.loadtest.fault.cluster.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One of three nodes is cut off the network for a while: a minority of one. */
class PartitionNode implements Scenario {
  private static final Duration CUT = Duration.ofSeconds(20);

  @Override
  public String name() {
    return "partition-node";
  }

  @Override
  public String says() {
    return "a node is off the network for 20 s, then back";
  }

  @Override
  public Setting setting() {
    return Setting.usual().inNamespaces();
  }

  @Override
  public Optional<Duration> waitGoal() {
    return Optional.of(Duration.ofMillis(3_500));
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess node = stage.someNode();
    Network network = stage.cluster().layout().network();
    int index = stage.cluster().processes().indexOf(node);
    stage.fault("cut " + node.name());
    cut(stage, network, index);
    try {
      stage.pause(CUT);
    } finally {
      stage.note("heal");
      network.heal();
    }
    stage.pause(Duration.ofSeconds(3));
    stage.awaitFullStrength();
  }

  void cut(Stage stage, Network network, int index) throws IOException {
    network.cut(index);
  }

  /** Only what the node sends to the gateway is lost; everything else gets through. */
  static final class OneWay extends PartitionNode {

    @Override
    public String name() {
      return "partition-one-way";
    }

    @Override
    public String says() {
      return "what a node sends to the gateway is lost for 20 s; all else gets through";
    }

    @Override
    void cut(Stage stage, Network network, int index) throws IOException {
      List<ServerProcess> processes = stage.cluster().processes();
      for (int to = 0; to < processes.size(); to++) {
        if (processes.get(to).place().isGateway()) {
          network.cutOneWay(index, to);
        }
      }
    }
  }
}
