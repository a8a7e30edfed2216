package io.dunlin.loadtest.fault.scenario;

import io.dunlin.loadtest.fault.cluster.ServerProcess;
import io.dunlin.loadtest.fault.oracle.Verdict;
import java.io.IOException;
import java.time.Duration;

/**
 * One of two gateways dies: its own callers lose their connections and find nobody there until it
 * is back, the other's see nothing.
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
    long gone = stage.nowNanos();
    stage.fault("kill -9 " + gateway.name());
    gateway.kill(false);
    gateway.awaitEnd(Duration.ofSeconds(5));
    stage.awaitServing(gateway);
    long back = stage.nowNanos();
    if (!clientsTryAgain()) {
      // Not a refusal, not an expiry, not at the other, not once it says that it serves again.
      stage.excuse(
          "connections to the gateway that was dead",
          request ->
              request.target() == target
                  && request.verdict() == Verdict.BROKEN
                  && request.endNanos() >= gone
                  && request.dueNanos() <= back);
    }
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
  }
}
