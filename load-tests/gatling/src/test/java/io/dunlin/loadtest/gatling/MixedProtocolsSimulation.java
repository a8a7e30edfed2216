package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** TensorFlow Serving JSON, V2 JSON and V2 binary at once: half, a quarter, a quarter. */
public final class MixedProtocolsSimulation extends Simulation {
  public MixedProtocolsSimulation() {
    double rate = Target.rate(300);
    setUp(
            scenario("tensorflow serving json")
                .exec(Requests.fraud())
                .injectOpen(constantUsersPerSec(rate / 2).during(Target.duration())),
            scenario("v2 json")
                .exec(Requests.mlpJson())
                .injectOpen(constantUsersPerSec(rate / 4).during(Target.duration())),
            scenario("v2 binary")
                .exec(Requests.mlpBinary())
                .injectOpen(constantUsersPerSec(rate / 4).during(Target.duration())))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            global().responseTime().percentile(99).lt(Target.p99Millis(250)));
  }
}
