package io.dunlin.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * One run of a supervised process. Its standard input is a pipe that only this process holds: when
 * it closes, for whatever reason, the child ends itself.
 */
final class Child {

  private final Process process;
  private final CompletableFuture<Integer> ended;

  private Child(Process process, CompletableFuture<Integer> ended) {
    this.process = process;
    this.ended = ended;
  }

  /**
   * @param output gets each line of output, and whether it was an error's
   */
  static Child start(String name, List<String> command, BiConsumer<String, Boolean> output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // What it joins is said by its options, not by what this shell exports.
    builder.environment().remove("DUNLIN_SEED");
    Process process = builder.start();
    Thread out =
        reader(name + "-out", process.getInputStream(), line -> output.accept(line, false));
    Thread err = reader(name + "-err", process.getErrorStream(), line -> output.accept(line, true));
    CompletableFuture<Integer> ended =
        process
            .onExit()
            .thenApply(
                p -> {
                  join(out);
                  join(err);
                  return p.exitValue();
                });
    return new Child(process, ended);
  }

  /** The exit status, once it has ended and everything it said was passed on. */
  CompletableFuture<Integer> ended() {
    return ended;
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end cleanly. */
  void stop() {
    // Not Process.destroy(): that closes the pipes too, and its last words would be lost.
    var unused = process.toHandle().destroy();
  }

  void kill() {
    process.destroyForcibly();
  }

  private interface Lines {
    void accept(String line);
  }

  private static Thread reader(String name, InputStream stream, Lines lines) {
    return Thread.ofPlatform().daemon().name(name).start(() -> read(stream, lines));
  }

  private static void read(InputStream stream, Lines lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      while (line != null) {
        lines.accept(line);
        line = reader.readLine();
      }
    } catch (IOException e) {
      // The pipe broke with the process; its exit status says more.
      lines.accept("(its output broke off: " + e.getMessage() + ")");
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
