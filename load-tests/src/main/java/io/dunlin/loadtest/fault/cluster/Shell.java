package io.dunlin.loadtest.fault.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the operating system that Java has no call for. */
final class Shell {
  private static final long PATIENCE_SECONDS = 20;

  private Shell() {}

  /**
   * Runs a command to its end.
   *
   * @throws IOException with what it said, when it fails
   */
  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(List.of(command) + ": no end after " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command) + ": status " + process.exitValue() + ": " + said.strip());
    }
  }

  /** The same, where failing does not matter: cleaning up what may not be there. */
  static boolean tryRun(String... command) {
    try {
      run(command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
