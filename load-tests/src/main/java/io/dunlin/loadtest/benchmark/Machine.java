package io.dunlin.loadtest.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * What the figures were taken on.
 *
 * @param processor its model, as the system names it
 * @param cores the JVM may use
 * @param memoryGiB of the machine
 * @param system operating system and version
 * @param jvm vendor and version
 * @param date when, UTC
 */
record Machine(
    String processor, int cores, long memoryGiB, String system, String jvm, String date) {

  static Machine here(InstantSource clock) {
    OperatingSystemMXBean bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        Math.round(bean.getTotalMemorySize() / (double) (1L << 30)),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
            + " "
            + Runtime.version(),
        clock.instant().truncatedTo(ChronoUnit.MINUTES).toString());
  }

  String describe() {
    return "%s, %d cores, %d GiB, %s, %s".formatted(processor, cores, memoryGiB, system, jvm);
  }

  void into(ObjectNode node) {
    node.put("processor", processor)
        .put("cores", cores)
        .put("memoryGiB", memoryGiB)
        .put("system", system)
        .put("jvm", jvm)
        .put("date", date);
  }

  private static String processorName() {
    Path info = Path.of("/proc/cpuinfo");
    try {
      if (Files.isReadable(info)) {
        return Files.readAllLines(info).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    } catch (IOException e) {
      // The architecture says less, but something.
    }
    return System.getProperty("os.arch");
  }
}
