package io.dunlin.cli;

import io.dunlin.node.device.DeviceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The processes of a local cluster, and what each is told: {@code gateway} takes the ports that
 * were asked for; {@code node-1} .. {@code node-N} get cluster and data ports of their own above.
 *
 * @param options what {@code dunlin up --nodes N} was told
 * @param shares of this machine's memory
 */
record ClusterPlan(ServeOptions options, int nodes, MemoryShares shares) {

  /** Cluster ports of neighbours are this far apart, so that each has room for its data port. */
  private static final int PORT_STEP = 2;

  static final String GATEWAY = "gateway";

  List<String> names() {
    List<String> names = new ArrayList<>(nodeNames());
    names.add(GATEWAY);
    return names;
  }

  List<String> nodeNames() {
    return IntStream.rangeClosed(1, nodes).mapToObj(i -> "node-" + i).toList();
  }

  /** Every port of the plan, to be looked at before anything starts. */
  List<Ports.Use> ports() {
    List<Ports.Use> uses = new ArrayList<>();
    uses.add(new Ports.Use(options.httpPort(), "REST", "--http-port"));
    uses.add(new Ports.Use(options.adminPort(), "admin", "--admin-port"));
    uses.add(new Ports.Use(clusterPort(GATEWAY), "cluster", "--cluster-port"));
    for (int i = 1; i <= nodes; i++) {
      String name = "node-" + i;
      uses.add(new Ports.Use(clusterPort(name), name + "'s cluster", "--cluster-port"));
      uses.add(new Ports.Use(clusterPort(name) + 1, name + "'s data", "--cluster-port"));
    }
    return uses;
  }

  /** The command and options of a process. */
  List<String> arguments(String name) {
    List<String> arguments = new ArrayList<>();
    boolean gateway = name.equals(GATEWAY);
    arguments.add(gateway ? "gateway" : "node");
    add(arguments, "--seed", String.join(",", seeds()));
    if (gateway) {
      add(arguments, "--http-port", String.valueOf(options.httpPort()));
      add(arguments, "--grpc-port", String.valueOf(options.grpcPort()));
    } else {
      options.models().ifPresent(models -> add(arguments, "--models", models.toString()));
      add(arguments, "--data-port", String.valueOf(clusterPort(name) + 1));
      add(arguments, "--device", device(name).toString());
      deviceMemoryBytes().ifPresent(bytes -> add(arguments, "--device-memory", bytes + "B"));
      options.labels().forEach((key, value) -> add(arguments, "--label", key + "=" + value));
      add(arguments, "--zone", options.zone());
    }
    add(arguments, "--admin-port", String.valueOf(options.adminPort()));
    add(arguments, "--bind", options.bind());
    add(arguments, "--cluster-port", String.valueOf(clusterPort(name)));
    add(arguments, "--cluster-name", options.clusterName());
    add(arguments, "--node-id", name);
    options
        .data()
        .map(data -> data.resolve(name))
        .map(Path::toString)
        .ifPresent(data -> add(arguments, "--data", data));
    add(arguments, "--config", System.getProperty("config.file", ""));
    return arguments;
  }

  /** One process for each GPU: {@code node-1} has the one that was named, the next the next. */
  private DeviceSpec device(String name) {
    return switch (DeviceSpec.parse(options.device())) {
      case DeviceSpec.Cpu cpu -> cpu;
      case DeviceSpec.Gpu gpu -> new DeviceSpec.Gpu(gpu.index() + index(name) - 1);
    };
  }

  /** CPU nodes of one machine share its memory, and none can see that by itself. */
  private OptionalLong deviceMemoryBytes() {
    boolean shared =
        options.deviceMemoryBytes().isEmpty()
            && DeviceSpec.parse(options.device()) instanceof DeviceSpec.Cpu;
    return shared ? OptionalLong.of(shares.modelBytes()) : options.deviceMemoryBytes();
  }

  /**
   * The same list for every process, itself among them: whichever of them are started again, in
   * whatever order, more than half of these begin the cluster anew and the rest join it. An odd
   * number, because one more of an even number does not need one more to be there.
   */
  private List<String> seeds() {
    List<String> names = names();
    return names.stream()
        .limit(nodes % 2 == 0 ? names.size() : nodes)
        .map(name -> host() + ":" + clusterPort(name))
        .toList();
  }

  private String host() {
    return options.bind().contains(":") ? "[" + options.bind() + "]" : options.bind();
  }

  private int clusterPort(String name) {
    return options.clusterPort() + PORT_STEP * index(name);
  }

  private static int index(String name) {
    return name.equals(GATEWAY) ? 0 : Integer.parseInt(name.substring("node-".length()));
  }

  private static void add(List<String> arguments, String option, String value) {
    if (!value.isEmpty()) {
      arguments.add(option);
      arguments.add(value);
    }
  }
}
