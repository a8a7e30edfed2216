package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * A lane on a platform thread of its own, parked while there is nothing to do.
 *
 * <p>Whatever escapes from its loop is a bug in Dunlin, for {@link BatchRun#run} lets nothing
 * through.
 */
final class LaneThread implements Lane, Runnable {
  private final int index;
  private final Turns turns;
  private final BatchRun run;
  private final LongSupplier nanoClock;
  private final Thread thread;

  LaneThread(String name, int index, Turns turns, BatchRun run, LongSupplier nanoClock) {
    this.index = index;
    this.turns = turns;
    this.run = run;
    this.nanoClock = nanoClock;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this);
  }

  @Override
  public void run() {
    try {
      ExecutionMonitor.Turn turn = turns.next(this, null);
      while (!turn.ends()) {
        Batch batch = turn.batch();
        if (batch == null) {
          sleep(turn);
          turn = turns.next(this, null);
        } else {
          turn = turns.next(this, run.run(batch));
        }
      }
    } catch (Throwable thrown) {
      turns.failed(this, thrown);
    }
  }

  /** Returns when woken, when the time has come or, on a whim of the platform, earlier. */
  private void sleep(ExecutionMonitor.Turn turn) {
    if (turn.timed()) {
      LockSupport.parkNanos(this, turn.untilNanos() - nanoClock.getAsLong());
    } else {
      LockSupport.park(this);
    }
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void wake() {
    LockSupport.unpark(thread);
  }

  @Override
  public void join() {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return thread.getName();
  }
}
