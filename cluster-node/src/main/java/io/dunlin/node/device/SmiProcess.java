package io.dunlin.node.device;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A child process that prints samples until it ends or is ended. */
interface SmiProcess {
  /** Everything it prints, errors included. */
  InputStream output();

  /** Waits for its end. */
  int exitCode() throws InterruptedException;

  void end();

  /** Starts such children. */
  @FunctionalInterface
  interface Launcher {
    SmiProcess launch() throws IOException;
  }

  /**
   * Starts {@code nvidia-smi} as a stream of samples.
   *
   * @param executable its path
   * @param period between samples
   */
  static Launcher nvidiaSmi(Path executable, Duration period) {
    List<String> command =
        List.of(
            executable.toString(),
            "--query-gpu=" + String.join(",", NvidiaSmiParser.QUERY),
            "--format=csv,noheader,nounits",
            "-lms",
            Long.toString(period.toMillis()));
    return () -> {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new SmiProcess() {
        @Override
        public InputStream output() {
          return process.getInputStream();
        }

        @Override
        public int exitCode() throws InterruptedException {
          return process.waitFor();
        }

        @Override
        public void end() {
          process.destroyForcibly();
        }
      };
    };
  }

  /** The first executable of that name in the folders of a PATH. */
  static Optional<Path> find(String name, String path) {
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
