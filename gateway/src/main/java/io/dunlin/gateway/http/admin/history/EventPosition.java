package io.dunlin.gateway.http.admin.history;

import java.util.Optional;

/**
 * A place in one gateway process's history, as {@code <process>-<number>}: the number of one
 * process says nothing about another's.
 *
 * @param process the history's name; empty for the beginning of whatever there is
 * @param number the last event that was read
 */
public record EventPosition(String process, long number) {
  /** Everything that is still kept. */
  public static final EventPosition BEGINNING = new EventPosition("", 0);

  /** Reads what {@code toString} wrote; empty for anything else. */
  public static Optional<EventPosition> parse(String text) {
    int dash = text.lastIndexOf('-');
    if (dash < 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new EventPosition(text.substring(0, dash), Long.parseLong(text.substring(dash + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return process + "-" + number;
  }
}
