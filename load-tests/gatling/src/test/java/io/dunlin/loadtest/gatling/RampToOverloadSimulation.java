package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
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
  private static final String OVERLOAD = "slow v2 json, may be refused";
  private final Tally tally = new Tally();

  public RampToOverloadSimulation() {
    double rate = Target.rate(600);
    setUp(
            Target.warmUp(rate / 10, exec(Requests.slowOrRefusal(Target.WARM_UP, new Tally())))
                .andThen(
                    scenario("ramp to overload")
                        .exec(Requests.slowOrRefusal(OVERLOAD, tally))
                        .injectOpen(
                            rampUsersPerSec(rate / 50).to(rate).during(Target.duration()),
                            constantUsersPerSec(rate).during(Target.duration()))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(OVERLOAD).responseTime().percentile(99).lt(Target.p99Millis(1_100)));
  }

  @Override
  public void after() {
    System.out.println("ramp to overload: " + tally);
  }
}
