package io.dunlin.shared.replicated;

import java.util.function.ToLongFunction;
import org.apache.pekko.cluster.ddata.LWWRegister;

/**
 * Which of two values of one key stays when processes meet that did not hear of each other's
 * writes, such as one that comes back with an old disk and those that went on without it. The same
 * in all processes.
 */
public interface WriteOrder<V> {
  /** Writes of one value's revision that are told apart: many more than are ever made. */
  int SAME_REVISION_BITS = 24;

  /**
   * @param current the stamp of the value that is there, 0 when there is none
   * @return the stamp of a value written over it; where two meet the higher one stays
   */
  long stamp(long current, V value);

  /** Whether the value that is there stays, although this process writes another. */
  boolean keeps(V present, V value);

  /** What was written last stays, by the clocks of the machines. */
  static <V> WriteOrder<V> lastWritten() {
    LWWRegister.Clock<V> clock = LWWRegister.defaultClock();
    return new WriteOrder<>() {
      @Override
      public long stamp(long current, V value) {
        return clock.apply(current, value);
      }

      @Override
      public boolean keeps(V present, V value) {
        return false;
      }
    };
  }

  /**
   * The higher revision stays, whenever it was written; of equal ones the one that was written over
   * the other. Clocks play no part.
   *
   * @param revision from 0 to 2^39
   */
  static <V> WriteOrder<V> byRevision(ToLongFunction<V> revision) {
    return new WriteOrder<>() {
      @Override
      public long stamp(long current, V value) {
        return Math.max(revision.applyAsLong(value) << SAME_REVISION_BITS, current + 1);
      }

      @Override
      public boolean keeps(V present, V value) {
        return revision.applyAsLong(present) > revision.applyAsLong(value);
      }
    };
  }
}
