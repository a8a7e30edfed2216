package io.dunlin.node.batching;

import io.dunlin.shared.inference.Priority;

/**
 * Waiting rows of one signature by urgency and by length of the timeout, to tell how many of them a
 * newcomer has in front of it.
 *
 * <p>With earliest deadline first, a request waits for the more urgent levels and, in its own, for
 * those with earlier deadlines. These are counted by the power of two of the timeout they arrived
 * with: as many rows as have a timeout of the same or the next power of two, or a shorter one, are
 * taken to be ahead. So of requests with like timeouts all count (they are served in order of
 * arrival), and a short request is not refused for the sake of work that is due much later.
 * Constant memory and time.
 */
final class Backlog {
  private static final int CLASSES = 65;

  private final int[] byClass = new int[Priority.LEVELS * CLASSES];
  private final int[] byLevel = new int[Priority.LEVELS];
  private int rows;

  /** The class of a time left, 0 for none. */
  static int timeoutClass(long remainingNanos) {
    return remainingNanos <= 0 ? 0 : 64 - Long.numberOfLeadingZeros(remainingNanos);
  }

  /** Adds rows, or takes them away when negative. */
  void add(int level, int timeoutClass, int count) {
    byClass[level * CLASSES + timeoutClass] += count;
    byLevel[level] += count;
    rows += count;
  }

  int rows() {
    return rows;
  }

  int rowsAhead(int level, int timeoutClass) {
    int ahead = 0;
    for (int l = 0; l < level; l++) {
      ahead += byLevel[l];
    }
    int last = level * CLASSES + Math.min(timeoutClass + 1, CLASSES - 1);
    for (int i = level * CLASSES; i <= last; i++) {
      ahead += byClass[i];
    }
    return ahead;
  }
}
