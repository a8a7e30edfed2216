package io.dunlin.cli.boot;

import io.dunlin.node.device.DeviceSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server process as its command line describes it.
 *
 * @param roles what it does
 * @param bind address of every port
 * @param httpPort REST; 0 for any free one, as for all ports
 * @param adminPort admin API
 * @param clusterPort Pekko Artery
 * @param dataPort where remote gateways reach this node's replicas
 * @param clusterName processes of other names are not joined
 * @param seeds {@code host:port} of cluster members to join; empty to begin a cluster
 * @param models model repository; null for none
 * @param data folder for durable state; null keeps desired state in memory only
 * @param nodeId name of the node, unique in the cluster
 * @param device what models run on
 * @param deviceMemoryBytes of it that models may use; empty for what is found
 * @param zone failure zone, empty for none
 * @param labels free labels
 * @param version of this build
 */
public record ProcessSettings(
    Set<Role> roles,
    String bind,
    int httpPort,
    int adminPort,
    int clusterPort,
    int dataPort,
    String clusterName,
    List<String> seeds,
    @Nullable Path models,
    @Nullable Path data,
    String nodeId,
    DeviceSpec device,
    OptionalLong deviceMemoryBytes,
    String zone,
    Map<String, String> labels,
    String version) {

  /** What a process does. */
  public enum Role {
    GATEWAY,
    NODE
  }
}
