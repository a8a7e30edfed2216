package io.dunlin.cli.boot.formation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The network's side of seeds: which addresses a name stands for, and why one does not answer. Both
 * block.
 */
final class SeedAddresses {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /**
   * A seed.
   *
   * @param given {@code host:port} as a person wrote it
   * @param addresses what the process there may call itself: as written, and by number. A process
   *     hears only what is sent to it by the very address it was bound to.
   */
  record Seed(String given, List<String> addresses) {
    Seed {
      addresses = List.copyOf(addresses);
    }

    /** The address by which it has answered; as given when it has not. */
    String known(Set<String> answered) {
      return addresses.stream().filter(answered::contains).findFirst().orElse(given);
    }
  }

  private SeedAddresses() {}

  static List<Seed> resolve(List<String> seeds) {
    return seeds.stream().map(seed -> new Seed(seed, addresses(seed))).toList();
  }

  private static List<String> addresses(String seed) {
    List<String> addresses = new ArrayList<>(List.of(seed));
    try {
      for (InetAddress address : InetAddress.getAllByName(host(seed))) {
        String number = address.getHostAddress() + ":" + port(seed);
        if (!addresses.contains(number)
            && !number.startsWith("/")
            && address.getAddress().length == 4) {
          addresses.add(number);
        }
      }
    } catch (UnknownHostException e) {
      // Perhaps later: names of machines that start come and go. reasons() says it.
      return addresses;
    }
    return addresses;
  }

  /** Why each of these does not answer, as far as a connection tells. */
  static Map<String, String> reasons(List<String> silent) {
    Map<String, String> reasons = new LinkedHashMap<>();
    silent.parallelStream()
        .collect(Collectors.toConcurrentMap(seed -> seed, SeedAddresses::reason))
        .forEach(reasons::put);
    return Map.copyOf(reasons);
  }

  private static String reason(String seed) {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(host(seed), port(seed));
      if (address.isUnresolved()) {
        return "no such host";
      }
      socket.connect(address, Math.toIntExact(PATIENCE.toMillis()));
      return "something listens there and does not answer as a Dunlin process";
    } catch (ConnectException e) {
      return "nothing listens there";
    } catch (SocketTimeoutException e) {
      return "the host does not answer";
    } catch (NoRouteToHostException e) {
      return "no route to the host";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String host(String seed) {
    String host = seed.substring(0, seed.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(String seed) {
    return Integer.parseInt(seed.substring(seed.lastIndexOf(':') + 1));
  }
}
