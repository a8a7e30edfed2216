package io.dunlin.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import io.dunlin.cli.boot.ProcessSettings;
import io.dunlin.cli.boot.ProcessSettings.Role;
import io.dunlin.node.device.DeviceSpec;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server process is told: options, environment and configuration brought together and
 * checked. Ports are 0 where a free one is to be taken.
 *
 * @param dataPort where a node takes inference requests
 * @param seeds cluster addresses {@code host:port} to join through; none starts a cluster
 * @param models the model repository, where one was named
 * @param data the folder for durable state, where one was named
 * @param device {@code cpu} or {@code gpu:K}
 * @param deviceMemoryBytes declared memory of the device, where discovery is not to be asked
 * @param nodeId the process's name in the cluster, where one was given
 */
record ServeOptions(
    Set<Role> roles,
    String bind,
    int httpPort,
    int grpcPort,
    int adminPort,
    int clusterPort,
    int dataPort,
    String clusterName,
    List<String> seeds,
    Optional<Path> models,
    Optional<Path> data,
    String device,
    OptionalLong deviceMemoryBytes,
    String zone,
    Map<String, String> labels,
    String nodeId) {

  private static final Pattern SEED = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^:\\s]+):(\\d{1,5})");
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB|TiB|K|M|G|T)?", Pattern.CASE_INSENSITIVE);

  public ServeOptions {
    roles = Set.copyOf(roles);
    seeds = List.copyOf(seeds);
    labels = Map.copyOf(labels);
  }

  static ServeOptions from(Set<Role> roles, Config config) {
    int cluster = port(config, "dunlin.cluster.port");
    int data = number(config, "dunlin.data-plane.port");
    return new ServeOptions(
        EnumSet.copyOf(roles),
        text(config, "dunlin.bind"),
        port(config, "dunlin.http.port"),
        port(config, "dunlin.grpc.port"),
        port(config, "dunlin.admin.port"),
        cluster,
        data == -1 ? (cluster == 0 ? 0 : cluster + 1) : port(config, "dunlin.data-plane.port"),
        name(config, "dunlin.cluster.name"),
        seeds(config, "dunlin.cluster.seeds"),
        path(config, "dunlin.models"),
        path(config, "dunlin.data"),
        device(config, "dunlin.device"),
        size(config, "dunlin.device-memory"),
        config.getString("dunlin.zone").strip(),
        labels(config, "dunlin.labels"),
        config.getString("dunlin.node-id").strip());
  }

  boolean is(Role role) {
    return roles.contains(role);
  }

  /** As the process takes it; what was left open is filled in from this machine. */
  ProcessSettings settings(String version) {
    String id = nodeId.isEmpty() ? Machine.name() + "-" + suffix() : nodeId;
    return new ProcessSettings(
        roles,
        bind,
        httpPort,
        adminPort,
        clusterPort,
        dataPort,
        clusterName,
        seeds,
        models.orElse(null),
        data.orElse(null),
        id,
        DeviceSpec.parse(device),
        deviceMemoryBytes,
        zone,
        labels,
        version);
  }

  /** The cluster port tells the processes of one machine apart; a free one is not known yet. */
  private String suffix() {
    return clusterPort != 0 ? String.valueOf(clusterPort) : "p" + ProcessHandle.current().pid();
  }

  private static int port(Config config, String key) {
    int port = number(config, key);
    if (port < 0 || port > 65535) {
      throw problem(key, String.valueOf(port), "a port, 0 to 65535");
    }
    return port;
  }

  private static int number(Config config, String key) {
    try {
      return config.getInt(key);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw new CliException(line(key, config.getValue(key).unwrapped().toString(), "a number"), e);
    }
  }

  private static String text(Config config, String key) {
    String text = config.getString(key).strip();
    if (text.isEmpty()) {
      throw problem(key, "", "an address or a host name");
    }
    return text;
  }

  private static String name(Config config, String key) {
    String name = config.getString(key).strip();
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9-]{0,62}")) {
      throw problem(key, name, "up to 63 letters, digits and '-'");
    }
    return name;
  }

  private static List<String> seeds(Config config, String key) {
    List<String> seeds = config.getStringList(key).stream().map(String::strip).toList();
    for (String seed : seeds) {
      Matcher matcher = SEED.matcher(seed);
      if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
        throw problem(key, seed, "HOST:PORT of a member's cluster port");
      }
    }
    return seeds;
  }

  private static Optional<Path> path(Config config, String key) {
    String path = config.getString(key);
    return path.isBlank()
        ? Optional.empty()
        : Optional.of(Path.of(path).toAbsolutePath().normalize());
  }

  private static String device(Config config, String key) {
    String device = config.getString(key).strip().toLowerCase(Locale.ROOT);
    try {
      return DeviceSpec.parse(device).toString();
    } catch (IllegalArgumentException e) {
      throw problem(key, device, "cpu, or gpu:K such as gpu:0");
    }
  }

  private static OptionalLong size(Config config, String key) {
    String text = config.getString(key).strip();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw problem(key, text, "a size such as 16GiB");
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
    int shift = 10 * "BKMGT".indexOf(unit.charAt(0));
    long amount = Long.parseLong(matcher.group(1));
    if (amount > Long.MAX_VALUE >> shift) {
      throw problem(key, text, "a size that fits in 63 bits");
    }
    return OptionalLong.of(amount << shift);
  }

  private static Map<String, String> labels(Config config, String key) {
    Map<String, String> labels = new TreeMap<>();
    config
        .getConfig(key)
        .entrySet()
        .forEach(
            entry ->
                labels.put(
                    String.join(".", ConfigUtil.splitPath(entry.getKey())),
                    entry.getValue().unwrapped().toString()));
    return labels;
  }

  private static CliException problem(String key, String value, String expected) {
    return new CliException(line(key, value, expected));
  }

  private static String line(String key, String value, String expected) {
    return key + ": '" + value + "' (expected: " + expected + ")";
  }
}
