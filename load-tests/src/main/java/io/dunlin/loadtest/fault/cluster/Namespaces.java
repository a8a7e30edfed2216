package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network namespace per process, joined by a bridge that this process is on too (Linux, root).
 *
 * <p>A cut takes the process's port off the bridge: frames vanish, nothing is refused, as when a
 * cable is pulled. A one-way cut drops what arrives from one address, by a policy rule in the
 * receiver's namespace.
 */
public final class Namespaces implements Network {
  private static final String SUBNET = "10.213.7.";
  private static final String BRIDGE = "dunlinbr";
  private static final String PREFIX = "dunlin-fault-";

  private final int count;
  private final Set<Integer> cut = new HashSet<>();
  private final List<int[]> oneWay = new ArrayList<>();

  private Namespaces(int count) {
    this.count = count;
  }

  /** Why there can be none here; empty when there can. */
  public static Optional<String> cannot() {
    String probe = PREFIX + "probe";
    Shell.tryRun("ip", "netns", "del", probe);
    try {
      Shell.run("ip", "netns", "add", probe);
      Shell.run("ip", "link", "add", BRIDGE + "p", "type", "bridge");
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("network namespaces need Linux, root and iproute2: " + e.getMessage());
    } finally {
      Shell.tryRun("ip", "link", "del", BRIDGE + "p");
      Shell.tryRun("ip", "netns", "del", probe);
    }
  }

  /** Makes as many namespaces, and removes what a killed run left behind. */
  public static Namespaces create(int count) throws IOException {
    Namespaces namespaces = new Namespaces(count);
    namespaces.close();
    try {
      namespaces.open();
      return namespaces;
    } catch (IOException e) {
      namespaces.close();
      throw e;
    }
  }

  private void open() throws IOException {
    Shell.run("ip", "link", "add", BRIDGE, "type", "bridge");
    Shell.run("ip", "addr", "add", SUBNET + "1/24", "dev", BRIDGE);
    Shell.run("ip", "link", "set", BRIDGE, "up");
    for (int i = 0; i < count; i++) {
      Shell.run("ip", "netns", "add", name(i));
      Shell.run(
          "ip", "link", "add", port(i), "type", "veth", "peer", "name", "eth0", "netns", name(i));
      Shell.run("ip", "link", "set", port(i), "master", BRIDGE, "up");
      inside(i, "ip", "addr", "add", host(i) + "/24", "dev", "eth0");
      inside(i, "ip", "link", "set", "eth0", "up");
      inside(i, "ip", "link", "set", "lo", "up");
    }
  }

  @Override
  public String host(int index) {
    return SUBNET + (10 + index);
  }

  @Override
  public List<String> prefix(int index) {
    return List.of("ip", "netns", "exec", name(index));
  }

  @Override
  public void cut(int index) throws IOException {
    cut.add(index);
    Shell.run("ip", "link", "set", port(index), "nomaster");
  }

  @Override
  public void cutOneWay(int from, int to) throws IOException {
    oneWay.add(new int[] {from, to});
    inside(to, "ip", "rule", "add", "from", host(from), "blackhole");
    inside(to, "ip", "route", "flush", "cache");
  }

  @Override
  public void heal() throws IOException {
    for (int index : cut) {
      Shell.run("ip", "link", "set", port(index), "master", BRIDGE);
    }
    cut.clear();
    for (int[] way : oneWay) {
      inside(way[1], "ip", "rule", "del", "from", host(way[0]), "blackhole");
      inside(way[1], "ip", "route", "flush", "cache");
    }
    oneWay.clear();
  }

  private void inside(int index, String... command) throws IOException {
    List<String> all = new ArrayList<>(prefix(index));
    all.addAll(List.of(command));
    Shell.run(all.toArray(String[]::new));
  }

  private static String name(int index) {
    return PREFIX + index;
  }

  private static String port(int index) {
    return "dunlinv" + index;
  }

  @Override
  public void close() {
    for (int i = 0; i < count; i++) {
      // The port goes with its peer, and the peer with its namespace; unless a process is left in
      // it.
      Shell.tryRun("ip", "link", "del", port(i));
      Shell.tryRun("ip", "netns", "del", name(i));
    }
    Shell.tryRun("ip", "link", "del", BRIDGE);
  }
}
