package io.dunlin.loadtest.generator;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One run of the generator.
 *
 * @param target where the server listens
 * @param requests sent in turn, over and over
 * @param connections kept open; in a closed loop also the number of requests in flight
 * @param arrivals for an open loop, its schedule; empty for a closed loop
 * @param warmup time before anything counts
 * @param duration time that counts
 * @param patience how long after that answers are waited for
 * @param checkEvery every how many-th answer of a connection has its body checked; 1 for each
 */
public record LoadPlan(
    InetSocketAddress target,
    List<PreparedRequest> requests,
    int connections,
    Optional<Supplier<Arrivals>> arrivals,
    Duration warmup,
    Duration duration,
    Duration patience,
    int checkEvery) {

  public LoadPlan {
    requests = List.copyOf(requests);
    require(!requests.isEmpty(), "requests", requests.size(), ">= 1");
    require(connections >= 1, "connections", connections, ">= 1");
    require(!warmup.isNegative(), "warmup", warmup, ">= 0");
    require(duration.isPositive(), "duration", duration, "> 0");
    require(!patience.isNegative(), "patience", patience, ">= 0");
    require(checkEvery >= 1, "checkEvery", checkEvery, ">= 1");
  }

  /** As many requests as the connections can carry, one in flight on each. */
  public static LoadPlan closedLoop(
      InetSocketAddress target,
      List<PreparedRequest> requests,
      int connections,
      Duration warmup,
      Duration duration) {
    return new LoadPlan(
        target,
        requests,
        connections,
        Optional.empty(),
        warmup,
        duration,
        Duration.ofSeconds(10),
        64);
  }

  /** Requests by a schedule; connections only bound how many are in flight at once. */
  public static LoadPlan openLoop(
      InetSocketAddress target,
      List<PreparedRequest> requests,
      int connections,
      Supplier<Arrivals> arrivals,
      Duration warmup,
      Duration duration) {
    return new LoadPlan(
        target,
        requests,
        connections,
        Optional.of(arrivals),
        warmup,
        duration,
        Duration.ofSeconds(10),
        64);
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
