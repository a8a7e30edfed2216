package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** 600 KB tensors, with small requests beside them that must not wait for them. */
public final class LargeTensorsSimulation extends Simulation {
  private static final String LARGE = "wide v2 binary";
  private static final String SMALL = "mlp v2 binary";

  public LargeTensorsSimulation() {
    double rate = Target.rate(50);
    setUp(
            Target.warmUp(
                    rate,
                    exec(Requests.wideBinary(Target.WARM_UP)),
                    exec(Requests.mlpBinary(Target.WARM_UP)))
                .andThen(
                    scenario("large")
                        .exec(Requests.wideBinary(LARGE))
                        .injectOpen(constantUsersPerSec(rate).during(Target.duration())),
                    scenario("small beside them")
                        .exec(Requests.mlpBinary(SMALL))
                        .injectOpen(constantUsersPerSec(rate).during(Target.duration()))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(SMALL).responseTime().percentile(99).lt(Target.p99Millis(250)));
  }
}
