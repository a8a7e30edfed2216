package io.dunlin.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.io.File;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of every server command. Each sets one key of {@code reference.conf}, and each is an
 * environment variable as well; what is given here is stronger than any file.
 */
final class ServerOptions {

  /** Keys that were set, in the order given; the text is read by {@link ServeOptions}. */
  private final Map<String, Object> keys = new LinkedHashMap<>();

  private @Nullable String configFile;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "${env:DUNLIN_BIND}",
      description = "Address of all ports (127.0.0.1; DUNLIN_BIND).")
  void bind(@Nullable String address) {
    set("dunlin.bind", address);
  }

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      defaultValue = "${env:DUNLIN_ADMIN_PORT}",
      description = "Admin API, metrics, dashboard (8502; DUNLIN_ADMIN_PORT).")
  void adminPort(@Nullable String port) {
    set("dunlin.admin.port", port);
  }

  @Option(
      names = "--cluster-port",
      paramLabel = "PORT",
      defaultValue = "${env:DUNLIN_CLUSTER_PORT}",
      description = "Cluster messages (17355; DUNLIN_CLUSTER_PORT).")
  void clusterPort(@Nullable String port) {
    set("dunlin.cluster.port", port);
  }

  @Option(
      names = "--cluster-name",
      paramLabel = "NAME",
      defaultValue = "${env:DUNLIN_CLUSTER_NAME}",
      description = "Processes of other names are refused (dunlin; DUNLIN_CLUSTER_NAME).")
  void clusterName(@Nullable String name) {
    set("dunlin.cluster.name", name);
  }

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:DUNLIN_DATA}",
      description = "Folder for what must survive a restart (DUNLIN_DATA).")
  void data(@Nullable String folder) {
    set("dunlin.data", folder);
  }

  @Option(
      names = "--node-id",
      paramLabel = "NAME",
      defaultValue = "${env:DUNLIN_NODE_ID}",
      description = "This process's name in the cluster (host and cluster port; DUNLIN_NODE_ID).")
  void nodeId(@Nullable String name) {
    set("dunlin.node-id", name);
  }

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:DUNLIN_CONFIG}",
      description = "A file of settings; every key is explained in reference.conf (DUNLIN_CONFIG).")
  void configFile(@Nullable String file) {
    configFile = file;
  }

  /** Of a gateway. */
  static final class Gateway {

    private final Map<String, Object> keys = new LinkedHashMap<>();

    @Option(
        names = "--http-port",
        paramLabel = "PORT",
        defaultValue = "${env:DUNLIN_HTTP_PORT}",
        description = "REST (8501; DUNLIN_HTTP_PORT).")
    void httpPort(@Nullable String port) {
      put(keys, "dunlin.http.port", port);
    }

    @Option(
        names = "--grpc-port",
        paramLabel = "PORT",
        defaultValue = "${env:DUNLIN_GRPC_PORT}",
        description = "gRPC (8500; DUNLIN_GRPC_PORT).")
    void grpcPort(@Nullable String port) {
      put(keys, "dunlin.grpc.port", port);
    }

    Map<String, Object> keys() {
      return keys;
    }
  }

  /** Of a process that runs models. */
  static final class Node {

    private final Map<String, Object> keys = new LinkedHashMap<>();

    @Option(
        names = "--models",
        paramLabel = "DIR",
        defaultValue = "${env:DUNLIN_MODELS}",
        description = "Folder of models, DIR/<model>/<version>/saved_model.pb (DUNLIN_MODELS).")
    void models(@Nullable String folder) {
      put(keys, "dunlin.models", folder);
    }

    @Option(
        names = "--data-port",
        paramLabel = "PORT",
        defaultValue = "${env:DUNLIN_DATA_PORT}",
        description = "Requests from gateways (the cluster port plus 1; DUNLIN_DATA_PORT).")
    void dataPort(@Nullable String port) {
      put(keys, "dunlin.data-plane.port", port);
    }

    @Option(
        names = "--device",
        paramLabel = "cpu|gpu:K",
        defaultValue = "${env:DUNLIN_DEVICE}",
        description = "Where this process runs its models (cpu; DUNLIN_DEVICE).")
    void device(@Nullable String device) {
      put(keys, "dunlin.device", device);
    }

    @Option(
        names = "--device-memory",
        paramLabel = "SIZE",
        defaultValue = "${env:DUNLIN_DEVICE_MEMORY}",
        description = "Memory that discovery cannot see, such as 16GiB (DUNLIN_DEVICE_MEMORY).")
    void deviceMemory(@Nullable String size) {
      put(keys, "dunlin.device-memory", size);
    }

    @Option(
        names = "--zone",
        paramLabel = "ZONE",
        defaultValue = "${env:DUNLIN_ZONE}",
        description = "Failure zone that replicas are spread over (DUNLIN_ZONE).")
    void zone(@Nullable String zone) {
      put(keys, "dunlin.zone", zone);
    }

    @Option(
        names = "--label",
        paramLabel = "KEY=VALUE",
        split = ",",
        defaultValue = "${env:DUNLIN_LABELS}",
        description = "A label models may ask for; may be given more than once (DUNLIN_LABELS).")
    void labels(@Nullable List<String> labels) {
      for (String label : labels == null ? List.<String>of() : labels) {
        String[] sides = label.split("=", 2);
        if (sides.length != 2 || sides[0].isBlank()) {
          throw new CliException("--label: '" + label + "' (expected: KEY=VALUE)");
        }
        put(keys, ConfigUtil.joinPath("dunlin", "labels", sides[0].strip()), sides[1]);
      }
    }

    Map<String, Object> keys() {
      return keys;
    }
  }

  /** How a process finds its cluster. */
  static final class Seeds {

    private final Map<String, Object> keys = new LinkedHashMap<>();

    @Option(
        names = "--seed",
        paramLabel = "HOST:PORT",
        split = ",",
        defaultValue = "${env:DUNLIN_SEED}",
        description = "Cluster ports of members to join through (DUNLIN_SEED).")
    void seeds(@Nullable List<String> seeds) {
      if (seeds != null && !seeds.isEmpty()) {
        keys.put("dunlin.cluster.seeds", new ArrayList<>(seeds));
      }
    }

    Map<String, Object> keys() {
      return keys;
    }
  }

  /** Everything that is configured, the options of this and the other groups on top. */
  @SafeVarargs
  final Config config(Map<String, Object>... groups) {
    Map<String, Object> all = new LinkedHashMap<>(keys);
    for (Map<String, Object> group : groups) {
      all.putAll(group);
    }
    try {
      Config given = ConfigFactory.parseMap(all, "options");
      return given.withFallback(file()).resolve();
    } catch (ConfigException e) {
      throw new CliException("configuration: " + e.getMessage(), e);
    }
  }

  private Config file() {
    String name = configFile;
    if (name == null || name.isBlank()) {
      return ConfigFactory.load();
    }
    File file = new File(name);
    if (!file.isFile()) {
      throw new CliException("--config: no file " + name);
    }
    // Where the rest of the process looks for it too.
    System.setProperty("config.file", file.getAbsolutePath());
    ConfigFactory.invalidateCaches();
    return ConfigFactory.load();
  }

  private void set(String key, @Nullable String value) {
    put(keys, key, value);
  }

  private static void put(Map<String, Object> keys, String key, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      keys.put(key, value);
    }
  }
}
