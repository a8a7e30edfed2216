package io.dunlin.loadtest.fault.driver;

import io.dunlin.loadtest.fault.oracle.Questions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the callers do.
 *
 * @param targets gateways; requests go to them in turn
 * @param perSecond requests a second, evenly spaced
 * @param maxConnections to each target; a request waits, at its own cost, when all are taken
 * @param tryAgain whether a request that was refused, or whose connection broke, is sent again, to
 *     the next target, until its deadline: what a client with several gateways does
 */
public record DriverPlan(
    List<InetSocketAddress> targets,
    Questions questions,
    double perSecond,
    int maxConnections,
    boolean tryAgain) {

  public DriverPlan {
    targets = List.copyOf(targets);
  }

  Duration deadline() {
    return questions.deadline();
  }
}
