package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A low rate and, every five seconds, a second's worth of the full rate at one instant. */
public final class BurstSimulation extends Simulation {
  private static final int SECONDS_BETWEEN = 5;
  private static final String FLOOR = "fraud json, evenly";
  private static final String BURSTS = "fraud json, in bursts";

  public BurstSimulation() {
    double rate = Target.rate(300);
    setUp(
            Target.warmUp(rate, exec(Requests.fraud(Target.WARM_UP)))
                .andThen(
                    scenario("floor")
                        .exec(Requests.fraud(FLOOR))
                        .injectOpen(constantUsersPerSec(rate / 10).during(Target.duration())),
                    scenario("bursts")
                        .exec(Requests.fraud(BURSTS))
                        .injectOpen(bursts((int) Math.ceil(rate)))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(BURSTS).responseTime().percentile(99).lt(Target.p99Millis(1_000)));
  }

  private static List<OpenInjectionStep> bursts(int users) {
    List<OpenInjectionStep> steps = new ArrayList<>();
    for (long at = 0; at < Target.duration().toSeconds(); at += SECONDS_BETWEEN) {
      steps.add(nothingFor(Duration.ofSeconds(SECONDS_BETWEEN)));
      steps.add(atOnceUsers(users));
    }
    return steps;
  }
}
