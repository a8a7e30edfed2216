package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** 600 KB tensors, with small requests beside them that must not wait for them. */
public final class LargeTensorsSimulation extends Simulation {
  public LargeTensorsSimulation() {
    double rate = Target.rate(50);
    setUp(
            scenario("large")
                .exec(Requests.wideBinary())
                .injectOpen(constantUsersPerSec(rate).during(Target.duration())),
            scenario("small beside them")
                .exec(Requests.mlpBinary())
                .injectOpen(constantUsersPerSec(rate).during(Target.duration())))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details("mlp v2 binary").responseTime().percentile(99).lt(Target.p99Millis(250)));
  }
}
