package io.dunlin.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A terminal whose output a test reads, and a way to run a command on it. */
final class Shell {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;
  private int status = -1;

  Shell() {
    this(false);
  }

  /**
   * @param live whether it is a terminal that can be drawn over (without colours)
   */
  Shell(boolean live) {
    terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            live,
            false,
            80,
            false);
  }

  Shell run(String... args) {
    status = Main.run(terminal, args);
    return this;
  }

  Terminal terminal() {
    return terminal;
  }

  int status() {
    return status;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
