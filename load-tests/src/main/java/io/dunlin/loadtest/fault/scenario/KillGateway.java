package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code kill -9} of one of two gateways. Callers of the other see nothing; callers of this one
 * have their connections broken, which is all that may happen to them.
 */
class KillGateway implements Scenario {

  @Override
  public String name() {
    return "kill-gateway";
  }

  @Override
  public String says() {
    return "kill -9 of one of two gateways; the other's callers see nothing";
  }

  @Override
  public Setting setting() {
    return Setting.usual().withGateways(2);
  }

  @Override
  public void act(Stage stage) throws IOException {
    ServerProcess gateway = stage.someGateway();
    int target = Integer.parseInt(gateway.name().substring("gateway-".length())) - 1;
    if (!clientsTryAgain()) {
      stage.excuse(request -> request.target() == target && request.verdict() == Verdict.BROKEN);
    }
    stage.fault("kill -9 " + gateway.name());
    gateway.kill(false);
    gateway.awaitEnd(Duration.ofSeconds(5));
    stage.awaitFullStrength();
  }

  /** The same with callers that have both addresses: none of them loses anything. */
  static final class Retrying extends KillGateway {

    @Override
    public String name() {
      return "kill-gateway-retrying";
    }

    @Override
    public String says() {
      return "kill -9 of one of two gateways; callers know both and try again";
    }

    @Override
    public boolean clientsTryAgain() {
      return true;
    }

    @Override
    public void act(Stage stage) throws IOException {
      stage.check(all -> triedAgain(stage, all));
      super.act(stage);
    }

    /** Not an objection, but worth a line in the report. */
    private static Optional<String> triedAgain(Stage stage, List<Ended> all) {
      long again = all.stream().filter(request -> request.attempts() > 1).count();
      stage.note(again + " requests were sent more than once");
      return Optional.empty();
    }
  }
}
