package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** TensorFlow Serving JSON, V2 JSON and V2 binary at once: half, a quarter, a quarter. */
public final class MixedProtocolsSimulation extends Simulation {
  private static final String TF_SERVING = "fraud json";
  private static final String V2_JSON = "mlp v2 json";
  private static final String V2_BINARY = "mlp v2 binary";

  public MixedProtocolsSimulation() {
    double rate = Target.rate(300);
    int p99 = Target.p99Millis(250);
    setUp(
            Target.warmUp(
                    rate / 3,
                    exec(Requests.fraud(Target.WARM_UP)),
                    exec(Requests.mlpJson(Target.WARM_UP)),
                    exec(Requests.mlpBinary(Target.WARM_UP)))
                .andThen(
                    scenario("tensorflow serving json")
                        .exec(Requests.fraud(TF_SERVING))
                        .injectOpen(constantUsersPerSec(rate / 2).during(Target.duration())),
                    scenario("v2 json")
                        .exec(Requests.mlpJson(V2_JSON))
                        .injectOpen(constantUsersPerSec(rate / 4).during(Target.duration())),
                    scenario("v2 binary")
                        .exec(Requests.mlpBinary(V2_BINARY))
                        .injectOpen(constantUsersPerSec(rate / 4).during(Target.duration()))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(TF_SERVING).responseTime().percentile(99).lt(p99),
            details(V2_JSON).responseTime().percentile(99).lt(p99),
            details(V2_BINARY).responseTime().percentile(99).lt(p99));
  }
}
