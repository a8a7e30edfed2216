package io.dunlin.gateway.http.json;

import java.util.Arrays;

/** Passing over nested values without recursion: one bit per open level. */
final class NestedSkip {
  private NestedSkip() {}

  /** Passes over the rest of the container just entered, up to and including its end. */
  static void skipEntered(JsonReader in) {
    // set for an object, clear for an array
    long[] levels = new long[1];
    int depth = 0;
    boolean entered = true;
    do {
      if (entered) {
        if (depth >> 6 == levels.length) {
          levels = Arrays.copyOf(levels, levels.length * 2);
        }
        set(levels, depth++, in.enteredObject());
      } else {
        while (depth > 0 && !(isSet(levels, depth - 1) ? in.nextMember() : in.nextElement())) {
          depth--;
        }
      }
      entered = depth > 0 && in.skipOrEnter();
    } while (depth > 0);
  }

  private static void set(long[] levels, int level, boolean object) {
    long bit = 1L << level;
    levels[level >> 6] = object ? levels[level >> 6] | bit : levels[level >> 6] & ~bit;
  }

  private static boolean isSet(long[] levels, int level) {
    return (levels[level >> 6] >>> level & 1) != 0;
  }
}
