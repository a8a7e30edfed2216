package io.dunlin.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM as a request to end cleanly. Without a handler of ours the JVM answers both by
 * itself, with exit status 130 or 143; an orderly end has status 0. Asked a second time, the
 * process ends at once.
 */
final class StopSignals {

  private StopSignals() {}

  static void onStop(Runnable stop) {
    AtomicBoolean asked = new AtomicBoolean();
    boolean supervised = Boolean.getBoolean(ParentWatch.PROPERTY);
    for (String name : new String[] {"TERM", "INT", "HUP"}) {
      try {
        Signal.handle(
            new Signal(name),
            signal -> {
              if (supervised && !signal.getName().equals("TERM")) {
                // The terminal sends it to all processes; in which order they end, the supervisor
                // says.
                return;
              }
              if (asked.getAndSet(true)) {
                Runtime.getRuntime().halt(128 + signal.getNumber());
              }
              stop.run();
            });
      } catch (IllegalArgumentException e) {
        // Not a signal of this platform, or taken by the JVM's own options: its default stays.
        continue;
      }
    }
  }
}
