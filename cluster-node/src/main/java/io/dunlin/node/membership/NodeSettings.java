package io.dunlin.node.membership;

import com.typesafe.config.Config;
import io.dunlin.shared.directory.NodeReport;
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
 * @param device what models may run on
 * @param hostMemoryBytes memory of the host or container
 * @param dataHost where remote gateways reach it
 * @param loadPermits models that may load at the same time
 * @param drainTimeout how long a stopping replica may finish what it has
 * @param scanInterval how often the repository is looked at
 * @param stableFor how long a version's files must not have changed
 * @param assignmentPatience how long an allocation waits for its assignment
 */
public record NodeSettings(
    String nodeId,
    @Nullable Path models,
    String zone,
    Map<String, String> labels,
    NodeReport.Device device,
    long hostMemoryBytes,
    String dataHost,
    int loadPermits,
    Duration drainTimeout,
    Duration scanInterval,
    Duration stableFor,
    Duration assignmentPatience) {

  public NodeSettings {
    if (loadPermits < 1 || loadPermits > 64) {
      throw new IllegalArgumentException(
          "dunlin.node.load-permits: " + loadPermits + " (expected: 1..64)");
    }
  }

  /** What the process was told on its command line. */
  public record Identity(
      String nodeId,
      @Nullable Path models,
      String zone,
      Map<String, String> labels,
      NodeReport.Device device,
      long hostMemoryBytes,
      String dataHost) {}

  /** Reads {@code dunlin.node}. */
  public static NodeSettings from(Config config, Identity identity) {
    return new NodeSettings(
        identity.nodeId(),
        identity.models(),
        identity.zone(),
        identity.labels(),
        identity.device(),
        identity.hostMemoryBytes(),
        identity.dataHost(),
        config.getInt("load-permits"),
        config.getDuration("drain-timeout"),
        config.getDuration("repository.scan-interval"),
        config.getDuration("repository.stable-for"),
        config.getDuration("assignment-patience"));
  }
}
