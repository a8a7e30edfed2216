package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.feed;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.group;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Many models, few of them popular: the k-th of {@code dunlin.models} is asked in proportion to 1/k
 * (Zipf). All of them must have the signature of {@code half_plus_two}.
 */
public final class SkewedModelsSimulation extends Simulation {
  private static final String ALL = "all models";

  public SkewedModelsSimulation() {
    List<String> models = Target.models("half_plus_two,half_plus_three");
    double rate = Target.rate(200);
    Iterator<Map<String, Object>> chosen = feeder(models, new Zipf(models.size()));
    setUp(
            Target.warmUp(rate, feed(chosen).exec(Requests.halfPlus(Target.WARM_UP)))
                .andThen(
                    scenario("skewed models")
                        .feed(chosen)
                        .exec(group(ALL).on(Requests.halfPlus("#{model}")))
                        .injectOpen(constantUsersPerSec(rate).during(Target.duration()))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(ALL).responseTime().percentile(99).lt(Target.p99Millis(250)));
  }

  private static Iterator<Map<String, Object>> feeder(List<String> models, Zipf popularity) {
    return Stream.generate(
            () -> {
              RandomGenerator random = ThreadLocalRandom.current();
              return Map.<String, Object>of(
                  "model",
                  models.get(popularity.rank(random.nextDouble())),
                  "x",
                  random.nextInt(-1000, 1000) / 4.0);
            })
        .iterator();
  }

  /** Ranks with probability in proportion to 1 / (rank + 1). */
  private static final class Zipf {
    private final double[] cumulative;

    Zipf(int ranks) {
      cumulative = new double[ranks];
      double sum = 0;
      for (int i = 0; i < ranks; i++) {
        sum += 1.0 / (i + 1);
        cumulative[i] = sum;
      }
    }

    /**
     * @param uniform from 0 (inclusive) to 1 (exclusive)
     */
    int rank(double uniform) {
      double wanted = uniform * cumulative[cumulative.length - 1];
      int rank = 0;
      while (cumulative[rank] <= wanted) {
        rank++;
      }
      return rank;
    }
  }
}
