package io.dunlin.cli.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.dunlin.cli.boot.formation.Formation;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The configuration of the actor system: options over {@code dunlin-cluster.conf} over defaults.
 */
final class ClusterConfig {
  /**
   * The actor system's name. The same in every cluster: between systems of different names there is
   * silence, while a cluster of another name ({@link JoinCheck}) says so.
   */
  static final String NAME = "dunlin";

  private ClusterConfig() {}

  /**
   * @param process names this run of the process, unlike any other
   */
  static Config of(ProcessSettings settings, String process) {
    Config config =
        ConfigFactory.defaultOverrides()
            .withFallback(options(settings))
            .withFallback(set("dunlin.cluster.name", settings.clusterName()))
            .withFallback(set(JoinCheck.PROTOCOL, JoinCheck.PROTOCOL_VERSION))
            .withFallback(set(JoinCheck.PROCESS, process))
            .withFallback(joinCheck())
            .withFallback(ConfigFactory.defaultApplication())
            .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved());
    return config.resolve();
  }

  /** Pekko's own checks only say that something differs: ours looks at the same and says what. */
  private static Config joinCheck() {
    String checkers = "pekko.cluster.configuration-compatibility-check.checkers.";
    return set(checkers + "dunlin", JoinCheck.class.getName())
        .withFallback(set(checkers + "pekko-cluster", ""))
        .withFallback(set(checkers + "pekko-cluster-sharding", ""));
  }

  private static Config options(ProcessSettings settings) {
    List<String> roles =
        Stream.concat(
                settings.roles().stream().map(role -> role.name().toLowerCase(Locale.ROOT)),
                Stream.of(ProcessName.role(settings.nodeId())))
            .sorted()
            .toList();
    Config options =
        set("pekko.cluster.roles", roles)
            .withFallback(set("pekko.remote.artery.canonical.hostname", settings.bind()))
            .withFallback(set("pekko.remote.artery.canonical.port", settings.clusterPort()))
            .withFallback(set("pekko.cluster.app-version", settings.version()))
            .withFallback(set("pekko.cluster.min-nr-of-members", leastMembers(settings)))
            .withFallback(set("dunlin.node.data-port.bind", settings.bind()))
            .withFallback(set("dunlin.node.data-port.port", settings.dataPort()));
    Path data = settings.data();
    if (data != null) {
      options =
          options
              .withFallback(set("pekko.cluster.distributed-data.durable.keys", List.of("dunlin-*")))
              .withFallback(
                  set(
                      "pekko.cluster.distributed-data.durable.lmdb.dir",
                      data.resolve("desired").toAbsolutePath().toString()));
    }
    return options;
  }

  /**
   * How many members there must be before any is up: as many as it takes to begin a cluster, so
   * that the first decisions are made from what a majority of the seeds' disks hold.
   */
  static int leastMembers(ProcessSettings settings) {
    return Formation.majority(Set.copyOf(settings.seeds()).size());
  }

  private static Config set(String path, Object value) {
    return ConfigValueFactory.fromAnyRef(value).atPath(path);
  }
}
