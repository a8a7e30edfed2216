package io.dunlin.node.control;

import com.typesafe.config.Config;
import io.dunlin.node.placement.PlacementSettings;
import java.time.Duration;

/**
 * The controller.
 *
 * @param passInterval how often desired and observed state are compared when nothing happens
 * @param settle how long changes are gathered before they are acted upon
 * @param startsUnderWay replicas that may be on their way to their first report
 * @param startPatience when a replica that was told to start and is not reported is told again
 * @param returnGrace how long a controller waits for nodes that hold assignments and were not seen
 *     since the cluster began, before it places their replicas elsewhere
 * @param readTimeout for a majority to answer when a controller reads what its predecessor wrote
 * @param rebalanceBudget moves for balance's sake that may be under way at once
 * @param drainTimeout when a drain that is not over is said to have failed
 */
public record ControlSettings(
    Duration passInterval,
    Duration settle,
    int startsUnderWay,
    Duration startPatience,
    Duration returnGrace,
    Duration readTimeout,
    int rebalanceBudget,
    Duration drainTimeout) {

  public ControlSettings {
    if (startsUnderWay < 1 || startsUnderWay > 10_000) {
      throw new IllegalArgumentException(
          "dunlin.control.starts-under-way: " + startsUnderWay + " (expected: 1..10000)");
    }
    if (passInterval.isNegative() || passInterval.isZero()) {
      throw new IllegalArgumentException(
          "dunlin.control.pass-interval: " + passInterval + " (expected: > 0)");
    }
  }

  /** Reads {@code dunlin.control}. */
  public static ControlSettings from(Config config) {
    return new ControlSettings(
        config.getDuration("pass-interval"),
        config.getDuration("settle"),
        config.getInt("starts-under-way"),
        config.getDuration("start-patience"),
        config.getDuration("return-grace"),
        config.getDuration("read-timeout"),
        config.getInt("rebalance-budget"),
        config.getDuration("drain-timeout"));
  }

  /** What placement is told. */
  PlacementSettings placement() {
    PlacementSettings defaults = PlacementSettings.DEFAULT;
    return new PlacementSettings(
        rebalanceBudget,
        defaults.underusedShare(),
        defaults.maxExplainedReplicas(),
        defaults.maxExplainedCandidates());
  }
}
