package io.dunlin.shared.replicated;

import java.util.Optional;

/**
 * Whether a table's writes reach enough members: says so when that changes, not at every write. A
 * member that is away lets every write end unconfirmed until it is back or removed.
 */
final class WriteDoubts {
  private final String table;
  private long unconfirmed;

  WriteDoubts(String table) {
    this.table = table;
  }

  /** A write was confirmed. */
  Optional<String> confirmed() {
    if (unconfirmed == 0) {
      return Optional.empty();
    }
    String line = table + ": writes are confirmed again, after " + unconfirmed + " that were not";
    unconfirmed = 0;
    return Optional.of(line);
  }

  /** A write was not. */
  Optional<String> unconfirmed(String key, String reason) {
    unconfirmed++;
    return unconfirmed > 1
        ? Optional.empty()
        : Optional.of(
            table
                + ": the write of "
                + key
                + " is not confirmed: "
                + reason
                + " (it is stored here and spreads as members can be reached; said once)");
  }
}
