package io.dunlin.node.membership;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node.
 *
 * @param nodeId its name, unique in the cluster
 * @param models model repository to watch; null for none
 * @param zone failure zone, empty for none
 * @param labels free labels
 * @param dataHost where remote gateways reach it
 * @param loadPermits models that may load at the same time
 * @param loadNice how much less urgent than serving a load is, 0 (not at all) to 19
 * @param drainTimeout how long a stopping replica may finish what it has
 * @param drainNotice how long it goes on taking requests, at most, until every gateway knows
 * @param reportInterval how often work, memory and load are reported, if they changed
 * @param scanInterval how often the repository is looked at
 * @param stableFor how long a version's files must not have changed
 * @param assignmentPatience how long an allocation waits for its assignment
 */
public record NodeSettings(
    String nodeId,
    @Nullable Path models,
    String zone,
    Map<String, String> labels,
    String dataHost,
    int loadPermits,
    int loadNice,
    Duration drainTimeout,
    Duration drainNotice,
    Duration reportInterval,
    Duration scanInterval,
    Duration stableFor,
    Duration assignmentPatience) {

  public NodeSettings {
    if (loadPermits < 1 || loadPermits > 64) {
      throw new IllegalArgumentException(
          "dunlin.node.load-permits: " + loadPermits + " (expected: 1..64)");
    }
    if (loadNice < 0 || loadNice > 19) {
      throw new IllegalArgumentException(
          "dunlin.node.load-nice: " + loadNice + " (expected: 0..19)");
    }
  }

  /** What the process was told on its command line. */
  public record Identity(
      String nodeId,
      @Nullable Path models,
      String zone,
      Map<String, String> labels,
      String dataHost) {}

  /** Reads {@code dunlin.node}. */
  public static NodeSettings from(Config config, Identity identity) {
    return new NodeSettings(
        identity.nodeId(),
        identity.models(),
        identity.zone(),
        identity.labels(),
        identity.dataHost(),
        config.getInt("load-permits"),
        config.getInt("load-nice"),
        config.getDuration("drain-timeout"),
        config.getDuration("drain-notice"),
        config.getDuration("report-interval"),
        config.getDuration("repository.scan-interval"),
        config.getDuration("repository.stable-for"),
        config.getDuration("assignment-patience"));
  }
}
