package io.dunlin.cli;

import java.time.Duration;
import java.util.Optional;

/**
 * When to start a process again that has ended by itself: after 1, 2, 4 .. 30 seconds, from the
 * beginning again once it has run well for a minute. A process that never came up is tried three
 * times: then it is no accident.
 */
final class RestartBackoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final Duration RAN_WELL = Duration.ofMinutes(1);
  private static final int TRIES_TO_COME_UP = 3;

  private int endings;
  private boolean everReady;

  void ready() {
    everReady = true;
  }

  /** How long to wait before the next start, after a run of that length; empty to give up. */
  Optional<Duration> ended(Duration ran) {
    if (everReady && ran.compareTo(RAN_WELL) >= 0) {
      endings = 0;
    }
    endings++;
    if (!everReady && endings >= TRIES_TO_COME_UP) {
      return Optional.empty();
    }
    Duration wait = FIRST.multipliedBy(1L << Math.min(endings - 1, 10));
    return Optional.of(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
  }
}
