package io.dunlin.node.device;

import java.time.Duration;

/**
 * How long to wait before a child that ended is started again: the first time {@code first}, each
 * time twice as long, never more than {@code longest}; from the beginning after a run that worked.
 * Not thread-safe.
 */
final class RestartBackoff {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  RestartBackoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  Duration next() {
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return wait;
  }

  void worked() {
    next = first;
  }
}
