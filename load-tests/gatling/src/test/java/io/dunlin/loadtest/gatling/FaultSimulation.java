package io.dunlin.loadtest.gatling;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.nothingFor;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * A constant rate, and in the middle of it a command of yours: {@code kill -9} of a node, {@code
 * docker kill}, {@code dunlin drain}, a script that restarts every process in turn. None may fail,
 * and nobody may wait a second.
 */
public final class FaultSimulation extends Simulation {
  private static final String STEADY = "fraud json";
  private static final long PATIENCE_SECONDS = 600;

  public FaultSimulation() {
    String command = System.getProperty("dunlin.fault", "");
    if (command.isBlank()) {
      throw new IllegalArgumentException(
          "dunlin.fault: none (expected: a shell command that does something to the cluster)");
    }
    double rate = Target.rate(200);
    setUp(
            Target.warmUp(rate, exec(Requests.fraud(Target.WARM_UP)))
                .andThen(
                    scenario("steady")
                        .exec(Requests.fraud(STEADY))
                        .injectOpen(constantUsersPerSec(rate).during(Target.duration())),
                    scenario("fault")
                        .exec(exec(session -> run(session, command)))
                        .injectOpen(nothingFor(Target.duration().dividedBy(3)), atOnceUsers(1))))
        .protocols(Target.protocol())
        .assertions(
            global().failedRequests().count().is(0L),
            details(STEADY).responseTime().max().lt(1_000),
            details(STEADY).responseTime().percentile(99).lt(Target.p99Millis(250)));
  }

  /** On a thread of its own, since it may take long and Gatling's must not wait. */
  private static Session run(Session session, String command) {
    Thread.ofPlatform().name("fault").start(() -> run(command));
    return session;
  }

  private static void run(String command) {
    System.out.println("fault: " + command);
    try {
      Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      System.out.println("fault: " + (ended ? "status " + process.exitValue() : "still runs"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
