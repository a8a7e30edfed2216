package io.dunlin.node.execution;

import org.jspecify.annotations.Nullable;

/**
 * What runs one batch at a time: it takes turns, runs what it is given, and sleeps when told so
 * until it is woken. See {@link LaneThread}.
 */
interface Lane {
  /** From 0; lanes from the wanted number on end. */
  int index();

  void start();

  /** Makes it take a turn if it sleeps, or keeps it from falling asleep once. */
  void wake();

  /** Waits until it has ended; at once when called on the lane itself. */
  void join();

  /** Where lanes take their turns. */
  interface Turns {
    /**
     * Accounts for the run that ended, answers what this turn found overdue, and says what to do.
     *
     * @param ended null at first, and after sleeping
     */
    ExecutionMonitor.Turn next(Lane lane, BatchRun.@Nullable Outcome ended);

    /** The lane ends because of a bug. */
    void failed(Lane lane, Throwable thrown);
  }

  /** Makes the lanes of an executor. */
  @FunctionalInterface
  interface Factory {
    Lane create(int index, Turns turns, BatchRun run);
  }
}
