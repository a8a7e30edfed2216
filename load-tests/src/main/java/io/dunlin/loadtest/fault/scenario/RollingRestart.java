package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.oracle.HalfPlus;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import io.dunlin.loadtest.fault.oracle.SumAndDifference;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Every process is ended with SIGTERM and started again, one after the other, gateways too: an
 * upgrade. Callers know both gateways. One of the models has a single replica.
 */
class RollingRestart implements Scenario {

  @Override
  public String name() {
    return "rolling-restart";
  }

  @Override
  public String says() {
    return "SIGTERM and start of every node and gateway in turn; also with one replica";
  }

  @Override
  public Setting setting() {
    return Setting.usual().withGateways(2);
  }

  @Override
  public boolean clientsTryAgain() {
    return true;
  }

  @Override
  public void prepare(Stage stage) throws IOException {
    Scenario.super.prepare(stage);
    stage.serve("lone", "half_plus_two", 1);
  }

  @Override
  public List<QuestionKind> questions() {
    return List.of(
        new HalfPlus("half", HalfPlus.Protocol.TF_SERVING),
        new HalfPlus("lone", HalfPlus.Protocol.V2_JSON),
        new SumAndDifference("simple"));
  }

  @Override
  public void act(Stage stage) throws IOException {
    stage.fault("rolling restart begins");
    for (ServerProcess process : stage.cluster().processes()) {
      if (!isRestarted(process)) {
        continue;
      }
      stage.note("SIGTERM " + process.name());
      process.terminate(true);
      stage.awaitCleanEnd(process, Duration.ofSeconds(60));
      stage.cluster().start(process);
      stage.note(process.name() + " is started again");
      stage.awaitFullStrength();
    }
  }

  boolean isRestarted(ServerProcess process) {
    return true;
  }

  /** Nodes only, so that nobody needs to try again: the gateway must hide all of it. */
  static final class Nodes extends RollingRestart {

    @Override
    public String name() {
      return "rolling-nodes";
    }

    @Override
    public String says() {
      return "SIGTERM and start of every node in turn; callers that try nothing again";
    }

    @Override
    public Setting setting() {
      return Setting.usual();
    }

    @Override
    public boolean clientsTryAgain() {
      return false;
    }

    @Override
    boolean isRestarted(ServerProcess process) {
      return !process.place().isGateway();
    }
  }
}
