package io.dunlin.cli;

import io.dunlin.cli.boot.ModelProgress;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows models on their way to READY: on a terminal one line each, drawn over until it is decided;
 * elsewhere a line for each change. A model that fails shows why and stops nothing.
 */
final class LoadProgress implements ModelProgress {

  /**
   * Loads of small models take about this long; the bar is two thirds full then, and never full.
   */
  private static final double TYPICAL_SECONDS = 2;

  private static final int BAR = 10;

  /** What is known of a model version, and when its load began by the clock. */
  private record Load(
      String name,
      long version,
      ReplicaState state,
      long startNanos,
      Duration elapsed,
      long bytes,
      String reason) {

    boolean isDecided() {
      return state == ReplicaState.READY
          || state == ReplicaState.FAILED
          || state == ReplicaState.UNLOADED;
    }
  }

  private final Terminal terminal;
  private final LongSupplier nanoClock;
  private final Map<String, Load> loads = new LinkedHashMap<>();
  private int drawn;
  private boolean over;

  LoadProgress(Terminal terminal, LongSupplier nanoClock) {
    this.terminal = terminal;
    this.nanoClock = nanoClock;
  }

  @Override
  public synchronized void changed(Change change) {
    String key = change.version().toString();
    Load before = loads.get(key);
    ReplicaState state = change.state();
    Load load =
        new Load(
            change.version().model(),
            change.version().version(),
            state,
            before == null ? nanoClock.getAsLong() : before.startNanos(),
            Duration.ofMillis(change.loadMillis()),
            change.memoryBytes(),
            change.reason());
    loads.put(key, load);
    boolean changed = before == null || !shown(before.state()).equals(shown(state));
    if (over) {
      if (changed && state == ReplicaState.FAILED) {
        terminal.out().println(line(load));
      }
    } else if (terminal.live()) {
      draw();
    } else if (changed) {
      terminal.out().println(line(load));
    }
  }

  /** Draws the bars anew; to be called a few times a second on a terminal. */
  synchronized void tick() {
    if (terminal.live() && !over && loads.values().stream().anyMatch(load -> !load.isDecided())) {
      draw();
    }
  }

  /** From here on only failures are shown. */
  synchronized void end() {
    over = true;
  }

  synchronized boolean isReady(String model) {
    return loads.values().stream()
        .anyMatch(load -> load.name().equals(model) && load.state() == ReplicaState.READY);
  }

  private void draw() {
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    for (Load load : loads.values()) {
      text.append("\r\u001b[2K").append(line(load)).append('\n');
    }
    drawn = loads.size();
    terminal.out().print(text);
    terminal.out().flush();
  }

  private String line(Load load) {
    String head =
        String.format(
            Locale.ROOT, "  %-24s v%-2d %s", load.name(), load.version(), padded(load.state()));
    return switch (load.state()) {
      case READY -> head + times(load);
      case FAILED -> head + firstLine(load.reason());
      case PENDING, LOADING, WARMING, DRAINING, UNLOADING, UNLOADED ->
          (head + (terminal.live() ? bar(load) : "")).stripTrailing();
    };
  }

  private static String times(Load load) {
    String time = String.format(Locale.ROOT, "%-7s", Amounts.seconds(load.elapsed()));
    return load.bytes() > 0 ? time + " " + Amounts.bytes(load.bytes()) : time.stripTrailing();
  }

  private String bar(Load load) {
    Duration elapsed = Duration.ofNanos(Math.max(0, nanoClock.getAsLong() - load.startNanos()));
    double seconds = elapsed.toMillis() / 1000.0;
    int full = (int) (BAR * (1 - Math.exp(-seconds / TYPICAL_SECONDS)));
    full = Math.min(BAR - 1, full);
    return "#".repeat(full) + ".".repeat(BAR - full) + "  " + Amounts.seconds(elapsed);
  }

  private String padded(ReplicaState state) {
    String word = shown(state);
    String spaces = " ".repeat(Math.max(1, 9 - word.length()));
    String painted =
        switch (state) {
          case READY -> terminal.green(word);
          case FAILED -> terminal.red(word);
          case PENDING, LOADING, WARMING, DRAINING, UNLOADING, UNLOADED -> terminal.yellow(word);
        };
    return painted + spaces;
  }

  /** FAILED stands out; the way there is lower case, and waiting counts as loading. */
  private static String shown(ReplicaState state) {
    return switch (state) {
      case FAILED -> state.name();
      case PENDING -> "loading";
      case LOADING, WARMING, READY, DRAINING, UNLOADING, UNLOADED ->
          state.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
