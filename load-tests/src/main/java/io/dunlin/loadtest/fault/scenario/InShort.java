package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The short version of the suite, in about 40 seconds on two nodes: {@code kill -9} of the node
 * with the controller, SIGTERM of the one that took over, and a roll-out 1 -> 2 -> 1.
 */
public final class InShort implements Scenario {
  private static final RollOut ROLL_OUT = new RollOut();

  @Override
  public String name() {
    return "in-short";
  }

  @Override
  public String says() {
    return "two nodes: kill -9 of the controller, SIGTERM of the next, version 1 -> 2 -> 1";
  }

  @Override
  public Setting setting() {
    return Setting.usual().withNodes(2);
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    ROLL_OUT.prepare(stage);
  }

  @Override
  public List<QuestionKind> questions() {
    return ROLL_OUT.questions();
  }

  @Override
  public Set<Long> versions() {
    return ROLL_OUT.versions();
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess killed = stage.cluster().controller();
    stage.fault("kill -9 " + killed.name() + " (controller)");
    killed.kill(false);
    killed.awaitEnd(Duration.ofSeconds(5));
    stage.awaitFullStrength();
    ServerProcess leaving = stage.cluster().controller();
    stage.note("SIGTERM " + leaving.name() + " (controller)");
    leaving.terminate(true);
    stage.awaitCleanEnd(leaving, Duration.ofSeconds(60));
    stage.cluster().start(leaving);
    stage.note(leaving.name() + " is started again");
    stage.awaitFullStrength();
    ROLL_OUT.act(stage);
  }
}
