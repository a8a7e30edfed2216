package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Nothing native is left behind. Reads {@code /proc/self/statm}, so on Linux only. Each probe is a
 * process of its own with a Java heap of fixed size, touched at the start, so that resident memory
 * moves with native memory alone; the first rounds warm it up.
 *
 * <p>The tolerances are several times what was seen on sound code, and a small part of what was
 * seen with one release at a time taken out of the code (the comment at each test).
 */
@EnabledOnOs(OS.LINUX)
class ResidentMemoryTest {
  /** Seen: 0.4 MB. With the graph not deleted: 22 MB; with the session not deleted: 60 MB. */
  @Test
  void loadingRunningAndUnloadingLeavesNothingBehind() throws Exception {
    List<Long> kib = probe("loads", 9, 10);
    assertThat(growth(kib, 3)).as("resident KiB: %s", kib).isLessThan(2_000);
  }

  /**
   * Seen: up to 4 MB. With input tensors not deleted: 400 MB; output tensors: 150 MB; long strings
   * not freed: 130 MB.
   */
  @Test
  void runsLeaveNothingBehindEvenWhenTheyFail() throws Exception {
    List<Long> kib = probe("runs", 7, 10_000);
    assertThat(growth(kib, 1)).as("resident KiB: %s", kib).isLessThan(12_000);
  }

  /** From the end of the warm-up to the end. */
  private static long growth(List<Long> kib, int warmUpRounds) {
    return kib.get(kib.size() - 1) - kib.get(warmUpRounds - 1);
  }

  private static List<Long> probe(String what, int rounds, int times)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Ddunlin.examples=" + System.getProperty("dunlin.examples"),
            "-cp",
            System.getProperty("java.class.path"),
            ResidentMemoryProbe.class.getName(),
            what,
            Integer.toString(rounds),
            Integer.toString(times));
    // One arena: memory freed by one thread is then there for another, as little as malloc strays.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (Stream<String> lines = process.inputReader(StandardCharsets.UTF_8).lines()) {
      List<Long> kib =
          lines
              .filter(line -> line.startsWith("resident "))
              .map(line -> Long.parseLong(line.substring("resident ".length())))
              .toList();
      assertThat(process.waitFor()).as("exit code").isZero();
      assertThat(kib).hasSize(rounds);
      return kib;
    } finally {
      process.destroyForcibly();
    }
  }
}
