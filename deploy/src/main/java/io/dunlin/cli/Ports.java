package io.dunlin.cli;

import io.dunlin.cli.boot.ProcessSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks whether ports are free before anything is started, so that the answer comes at once. */
final class Ports {

  /** A port a process will need, and the option that changes it. */
  record Use(int port, String what, String option) {}

  private Ports() {}

  static List<Use> of(ServeOptions options) {
    List<Use> uses = new ArrayList<>();
    if (options.is(ProcessSettings.Role.GATEWAY)) {
      uses.add(new Use(options.httpPort(), "REST", "--http-port"));
      uses.add(new Use(options.adminPort(), "admin", "--admin-port"));
    }
    uses.add(new Use(options.clusterPort(), "cluster", "--cluster-port"));
    if (options.is(ProcessSettings.Role.NODE)) {
      uses.add(new Use(options.dataPort(), "data", "--data-port"));
    }
    return uses;
  }

  /**
   * Throws unless the processes at the seeds can call this one at the address it binds to: they are
   * told that very address.
   */
  static void checkReachable(String bind, List<String> seeds) {
    if (seeds.isEmpty()) {
      return;
    }
    try {
      InetAddress own = InetAddress.getByName(bind);
      if (own.isAnyLocalAddress()) {
        throw unreachable(bind, "no process can be called at it");
      }
      for (String seed : seeds) {
        String host = seed.substring(0, seed.lastIndexOf(':'));
        if (own.isLoopbackAddress() && !InetAddress.getByName(host).isLoopbackAddress()) {
          throw unreachable(bind, "the cluster at " + seed + " cannot call this process there");
        }
      }
    } catch (UnknownHostException e) {
      // An address that is none is named by check(), a seed that is none while joining: it may
      // come to be.
      return;
    }
  }

  private static CliException unreachable(String bind, String why) {
    return new CliException(
        "--bind: " + bind + ": " + why + " (expected: an address of this machine)");
  }

  /** Throws, naming port, purpose and option, unless all of them can be bound. */
  static void check(String bind, List<Use> uses) {
    InetAddress address;
    try {
      address = InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new CliException("--bind: " + bind + " is no address of this machine", e);
    }
    Map<Integer, Use> taken = new HashMap<>();
    for (Use use : uses) {
      if (use.port() == 0) {
        continue;
      }
      Use other = taken.putIfAbsent(use.port(), use);
      if (other != null) {
        throw new CliException(
            "port "
                + use.port()
                + " is asked for twice: "
                + other.option()
                + " and "
                + use.option());
      }
      bind(address, use);
    }
  }

  private static void bind(InetAddress address, Use use) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, use.port()));
    } catch (IOException e) {
      int other = use.port() < 65000 ? use.port() + 100 : use.port() - 100;
      throw new CliException(
          "port "
              + use.port()
              + " ("
              + use.what()
              + ") cannot be used on "
              + address.getHostAddress()
              + ": "
              + reason(e)
              + "; stop what uses it, or choose another: "
              + use.option()
              + " "
              + other,
          e);
    }
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("in use") ? "it is in use" : message;
  }
}
