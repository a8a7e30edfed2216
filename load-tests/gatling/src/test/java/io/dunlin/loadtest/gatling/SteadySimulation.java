package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/**
 * A constant rate, none may fail: the ground for everything else, and the load to keep up while
 * nodes are killed, drained or restarted by hand.
 */
public final class SteadySimulation extends Simulation {
  private static final String STEADY = "fraud json";

  public SteadySimulation() {
    double rate = Target.rate(200);
    setUp(
            Target.warmUp(rate, exec(Requests.fraud(Target.WARM_UP)))
                .andThen(
                    scenario("steady")
                        .exec(Requests.fraud(STEADY))
                        .injectOpen(constantUsersPerSec(rate).during(Target.duration()))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(STEADY).responseTime().percentile(99).lt(Target.p99Millis(250)));
  }
}
