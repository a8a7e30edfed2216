package io.dunlin.loadtest.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM flags {@code ./dunlin up} starts with, so that a benchmark runs what users run. A test
 * holds them against the script.
 */
final class DistributionFlags {
  /** The first release that knows the flag below; 25 warns without it. */
  private static final int UNSAFE_FLAG_SINCE = 24;

  private DistributionFlags() {}

  /**
   * @param home the repository's root
   */
  static List<String> in(Path home) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseG1GC"));
    if (Runtime.version().feature() >= UNSAFE_FLAG_SINCE) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    flags.add("-Dlogback.configurationFile=" + scripts(home).resolve("conf/logback.xml"));
    return flags;
  }

  /** Where the distribution's scripts and settings are kept. */
  static Path scripts(Path home) {
    return home.toAbsolutePath().normalize().resolve("deploy/src/main/distribution");
  }
}
