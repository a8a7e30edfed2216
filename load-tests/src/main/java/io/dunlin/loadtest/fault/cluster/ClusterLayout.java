package io.dunlin.loadtest.fault.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The processes of a cluster and what each is told: {@code node-1} .. {@code node-N}, {@code
 * gateway-1} .. {@code gateway-M}.
 *
 * @param models the repository all nodes read
 * @param data parent of the processes' data folders
 * @param firstPort of the ports on loopback; each process takes {@value #PORTS_EACH}
 * @param network where the processes' addresses come from
 */
public record ClusterLayout(
    int nodes, int gateways, Path models, Path data, int firstPort, Network network) {
  private static final int PORTS_EACH = 4;

  /** One process's place in the layout. */
  public record Place(String name, String host, int clusterPort, boolean isGateway) {
    public int adminPort() {
      return clusterPort + 2;
    }

    public int httpPort() {
      return clusterPort + 3;
    }

    int dataPort() {
      return clusterPort + 1;
    }

    String seed() {
      return host + ":" + clusterPort;
    }
  }

  /** The nodes, then the gateways. */
  public List<Place> places() {
    List<Place> places = new ArrayList<>();
    IntStream.range(0, nodes).forEach(i -> places.add(place("node-" + (i + 1), i, false)));
    IntStream.range(0, gateways)
        .forEach(i -> places.add(place("gateway-" + (i + 1), nodes + i, true)));
    return places;
  }

  private Place place(String name, int index, boolean gateway) {
    return new Place(name, network.host(index), firstPort + PORTS_EACH * index, gateway);
  }

  /** The command and options of a process; all have the same seeds. */
  List<String> arguments(Place place) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                place.isGateway() ? "gateway" : "node",
                "--bind",
                place.host(),
                "--cluster-port",
                Integer.toString(place.clusterPort()),
                "--node-id",
                place.name(),
                "--data",
                data.resolve(place.name()).toString()));
    if (place.isGateway()) {
      arguments.addAll(
          List.of(
              "--http-port",
              Integer.toString(place.httpPort()),
              "--grpc-port",
              Integer.toString(place.dataPort()),
              "--admin-port",
              Integer.toString(place.adminPort())));
    } else {
      arguments.addAll(
          List.of(
              "--models",
              models.toString(),
              "--data-port",
              Integer.toString(place.dataPort()),
              "--device-memory",
              "8GiB"));
    }
    arguments.addAll(List.of("--seed", String.join(",", seeds())));
    return arguments;
  }

  /**
   * The nodes, and of an even number of nodes a gateway too: more than half of them must be there.
   */
  private List<String> seeds() {
    return places().stream()
        .limit(nodes % 2 == 0 && gateways > 0 ? nodes + 1 : nodes)
        .map(Place::seed)
        .toList();
  }
}
