package io.dunlin.cli;

/** One line that changes: drawn over on a terminal, printed anew on each change elsewhere. */
final class StatusLine {

  private final Terminal terminal;
  private String shown = "";

  StatusLine(Terminal terminal) {
    this.terminal = terminal;
  }

  void show(String text) {
    if (text.equals(shown)) {
      return;
    }
    shown = text;
    if (terminal.live()) {
      String cut =
          text.length() > terminal.columns() - 3
              ? text.substring(0, Math.max(0, terminal.columns() - 3))
              : text;
      terminal.out().print("\r\u001b[2K  " + cut);
      terminal.out().flush();
    } else {
      terminal.out().println("  " + text);
    }
  }

  /** Leaves room for what is printed next. */
  void end() {
    if (terminal.live() && !shown.isEmpty()) {
      terminal.out().print("\r\u001b[2K");
      terminal.out().flush();
    }
    shown = "";
  }
}
