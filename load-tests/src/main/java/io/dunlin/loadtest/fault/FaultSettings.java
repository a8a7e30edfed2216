package io.dunlin.loadtest.fault;

import io.dunlin.loadtest.fault.cluster.FreePorts;
import io.dunlin.loadtest.fault.scenario.Scenario;
import io.dunlin.loadtest.fault.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param home the repository's root
 * @param repeats of each scenario, one after the other on one cluster
 * @param perSecond requests a second
 * @param atLeast how long each repeat lasts, at least
 * @param goOn whether the report that lies in the output folder is continued: repeats in it count
 * @param atMost no repeat begins later than that after the start
 * @param firstPort of the ports on loopback
 * @param jvmFlags of the cluster's processes
 */
public record FaultSettings(
    Path home,
    Path output,
    List<Scenario> scenarios,
    int repeats,
    double perSecond,
    Duration atLeast,
    boolean goOn,
    Duration atMost,
    int firstPort,
    List<String> jvmFlags) {
  static final String USAGE =
      """
      load-tests/faults.sh [SCENARIO ..] [OPTIONS]
        --list          the scenarios
        --repeats N     of each scenario (1)
        --rate R        requests a second (200)
        --seconds S     that each repeat lasts at least (15)
        --go-on         with the report in the output folder: what it has is not repeated
        --minutes M     after which no repeat begins (no limit); --go-on does the rest later
        --first-port P  the first of 20 ports on loopback (20 free ones)
        --jvm FLAGS     of the cluster's processes (-Xmx400m -XX:+UseSerialGC -XX:TieredStopAtLevel=1)
        --output DIR    for reports and logs (load-tests/target/faults)
      """;

  /** For several JVMs on few cores: little memory, no threads for collecting and compiling. */
  static final String SMALL_JVM = "-Xmx400m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  /** Nobody waits that long. */
  public static final Duration NO_LIMIT = Duration.ofDays(365);

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException naming what is not understood
   */
  static FaultSettings of(List<String> args) throws IOException {
    Path home = Path.of("").toAbsolutePath();
    Path output = home.resolve("load-tests/target/faults");
    List<Scenario> scenarios = new ArrayList<>();
    int repeats = 1;
    double rate = 200;
    int seconds = 15;
    int port = 0;
    String jvm = SMALL_JVM;
    boolean goOn = false;
    Duration atMost = NO_LIMIT;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("--")) {
        scenarios.add(
            Scenarios.named(arg)
                .orElseThrow(
                    () -> new IllegalArgumentException("scenario: " + arg + " (see --list)")));
        continue;
      }
      if (arg.equals("--go-on")) {
        goOn = true;
        continue;
      }
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException(arg + ": no value");
      }
      String value = args.get(++i);
      switch (arg) {
        case "--home" -> home = Path.of(value).toAbsolutePath();
        case "--output" -> output = Path.of(value).toAbsolutePath();
        case "--repeats" -> repeats = Integer.parseInt(value);
        case "--rate" -> rate = Double.parseDouble(value);
        case "--seconds" -> seconds = Integer.parseInt(value);
        case "--minutes" -> atMost = Duration.ofSeconds((long) (60 * Double.parseDouble(value)));
        case "--first-port" -> port = Integer.parseInt(value);
        case "--jvm" -> jvm = value;
        default -> throw new IllegalArgumentException(arg + ": unknown (see --help)");
      }
    }
    return new FaultSettings(
        home,
        output,
        scenarios.isEmpty() ? Scenarios.ALL : scenarios,
        repeats,
        rate,
        Duration.ofSeconds(seconds),
        goOn,
        atMost,
        port == 0 ? FreePorts.block(20) : port,
        flags(home, jvm));
  }

  /** Those of the distribution's manifest and script, and what was asked for. */
  public static List<String> flags(Path home, String jvm) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    flags.add(
        "-Dlogback.configurationFile="
            + home.resolve("deploy/src/main/distribution/conf/logback.xml"));
    flags.addAll(List.of(jvm.trim().split("\\s+")));
    return flags;
  }
}
