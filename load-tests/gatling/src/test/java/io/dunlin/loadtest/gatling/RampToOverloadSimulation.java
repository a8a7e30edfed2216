package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/**
 * A rate that grows past what the cluster can do, and stays there. Callers may be turned away, with
 * Retry-After, and at once; none may fail otherwise, and those admitted must not wait longer than
 * their deadline of a second.
 */
public final class RampToOverloadSimulation extends Simulation {
  private final Tally tally = new Tally();

  public RampToOverloadSimulation() {
    double rate = Target.rate(5_000);
    setUp(
            scenario("ramp to overload")
                .exec(Requests.fraudOrRefusal(tally))
                .injectOpen(
                    rampUsersPerSec(rate / 50).to(rate).during(Target.duration()),
                    constantUsersPerSec(rate).during(Target.duration())))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(99).lt(Target.p99Millis(1_100)));
  }

  @Override
  public void after() {
    System.out.println("ramp to overload: " + tally);
  }
}
