package io.dunlin.loadtest.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * The JVM flags {@code ./dunlin} starts a process with, so that a benchmark runs what users run.
 */
final class DistributionFlags {
  /** The first release that knows the flag below; 25 warns without it. */
  private static final int UNSAFE_FLAG_SINCE = 24;

  private DistributionFlags() {}

  static List<String> all() {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= UNSAFE_FLAG_SINCE) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }
}
