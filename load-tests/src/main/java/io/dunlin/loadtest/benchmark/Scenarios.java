package io.dunlin.loadtest.benchmark;

import java.util.List;
import java.util.Optional;

/** Every scenario there is. */
final class Scenarios {
  static final List<Scenario> ALL =
      List.of(
          new FraudJson(),
          new MlpProtocols(),
          new RemoteJson(),
          new Batching(),
          new SlowModel(),
          new LargeTensors(),
          new SmallBesideLarge(),
          new Overload(),
          new Peers(),
          new LoadIsolation(),
          new HostileClients());

  private Scenarios() {}

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
