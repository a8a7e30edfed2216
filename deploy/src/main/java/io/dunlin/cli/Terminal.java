package io.dunlin.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command writes: data and progress to {@code out}, what went wrong to {@code err}.
 *
 * @param live whether {@code out} is a terminal, on which lines may be drawn over
 * @param colours whether {@code out} takes colours
 * @param columns width of the terminal, 80 when unknown
 * @param debug whether stack traces are wanted
 */
record Terminal(
    PrintStream out, PrintStream err, boolean live, boolean colours, int columns, boolean debug) {

  /**
   * The process's own streams; the launcher says by {@code dunlin.terminal} whether they are one.
   */
  static Terminal ofProcess(Map<String, String> environment) {
    boolean live =
        Boolean.getBoolean("dunlin.terminal")
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean colours = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        live,
        colours,
        Integer.getInteger("dunlin.columns", 80),
        environment.getOrDefault("DUNLIN_DEBUG", "").equals("1"));
  }

  String green(String text) {
    return paint("32", text);
  }

  String yellow(String text) {
    return paint("33", text);
  }

  String red(String text) {
    return paint("31", text);
  }

  String bold(String text) {
    return paint("1", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  /** A state's name in the colour of what it means. */
  String state(String state) {
    return switch (state) {
      case "READY", "UP" -> green(state);
      case "FAILED", "UNREACHABLE", "DOWN" -> red(state);
      case "LOADING", "WARMING", "PENDING", "DRAINING", "UNLOADING" -> yellow(state);
      default -> state;
    };
  }

  private String paint(String code, String text) {
    return colours && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
