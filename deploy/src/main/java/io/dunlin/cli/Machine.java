package io.dunlin.cli;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** This machine, as the banner and the cluster name it. */
final class Machine {

  private Machine() {}

  /** {@code 2 cores, 23 GiB}. */
  static String cores() {
    return coresOnly() + ", " + Amounts.bytes(memoryBytes());
  }

  /** {@code 2 cores}. */
  static String coresOnly() {
    return Amounts.count(Runtime.getRuntime().availableProcessors(), "core");
  }

  /** Memory of the host, or of the container this runs in. */
  static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }

  /** The host's name, without its domain; {@code local} where it has none. */
  static String name() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      int dot = name.indexOf('.');
      String first = dot > 0 ? name.substring(0, dot) : name;
      return first.replaceAll("[^A-Za-z0-9-]", "-");
    } catch (UnknownHostException e) {
      return "local";
    }
  }
}
