package io.dunlin.cli.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The configuration of the actor system: options over {@code dunlin-cluster.conf} over defaults.
 */
final class ClusterConfig {
  /** The actor system's name, and so the cluster's. */
  static final String NAME = "dunlin";

  private ClusterConfig() {}

  static Config of(ProcessSettings settings) {
    Config config =
        ConfigFactory.defaultOverrides()
            .withFallback(options(settings))
            .withFallback(ConfigFactory.defaultApplication())
            .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
            .withFallback(ConfigFactory.defaultReferenceUnresolved());
    return config.resolve();
  }

  private static Config options(ProcessSettings settings) {
    List<String> roles =
        settings.roles().stream()
            .map(role -> role.name().toLowerCase(Locale.ROOT))
            .sorted()
            .toList();
    Config options =
        set("pekko.cluster.roles", roles)
            .withFallback(set("pekko.remote.artery.canonical.hostname", settings.bind()))
            .withFallback(set("pekko.remote.artery.canonical.port", settings.clusterPort()))
            .withFallback(set("pekko.cluster.app-version", settings.version()))
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

  private static Config set(String path, Object value) {
    return ConfigValueFactory.fromAnyRef(value).atPath(path);
  }
}
