package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/**
 * A constant rate, none may fail: the ground for everything else, and the load to keep up while
 * nodes are killed, drained or restarted by hand.
 */
public final class SteadySimulation extends Simulation {
  public SteadySimulation() {
    double rate = Target.rate(200);
    setUp(
            scenario("steady")
                .exec(Requests.fraud())
                .injectOpen(
                    rampUsersPerSec(rate / 10).to(rate).during(Duration.ofSeconds(5)),
                    constantUsersPerSec(rate).during(Target.duration())))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(99).lt(Target.p99Millis(250)));
  }
}
