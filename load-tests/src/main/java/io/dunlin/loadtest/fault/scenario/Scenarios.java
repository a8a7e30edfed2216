package io.dunlin.loadtest.fault.scenario;

import java.util.List;
import java.util.Optional;

/** All scenarios, in the order they run. */
public final class Scenarios {
  public static final List<Scenario> ALL =
      List.of(
          new KillNode(),
          new LoseNode(),
          new KillController(),
          new KillGateway(),
          new KillGateway.Retrying(),
          new PauseNode(),
          new PartitionNode(),
          new PartitionNode.OneWay(),
          new DrainNode(),
          new TerminateNode(),
          new RollingRestart.Nodes(),
          new RollingRestart(),
          new RollOut(),
          new SwitchAlias(),
          new KillEverything(),
          new SlowNode(),
          new SlowRuntime(),
          new PoisonedRows(),
          new FailingVersion(),
          new CorruptVersion(),
          new DiskFull(),
          new InShort());

  private Scenarios() {}

  public static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
