package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread of a replica that runs one batch at a time, and sleeps while there is none.
 *
 * <p>The loop ends when the source hands out null. Whatever escapes from it is a bug in Dunlin, for
 * {@link BatchRun#run} lets nothing through; the source is told.
 */
final class Lane implements Runnable {
  /** Where a lane's batches come from. */
  interface Source {
    /**
     * Takes note of the run that ended, then sleeps on the lane until there is a batch.
     *
     * @return null when the lane is to end
     */
    @Nullable Batch next(Lane lane, BatchRun.@Nullable Outcome ended);

    void laneFailed(Lane lane, Throwable thrown);
  }

  private final int index;
  private final Source source;
  private final BatchRun run;
  private final Thread thread;

  Lane(String name, int index, Source source, BatchRun run) {
    this.index = index;
    this.source = source;
    this.run = run;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this);
  }

  int index() {
    return index;
  }

  String name() {
    return thread.getName();
  }

  void start() {
    thread.start();
  }

  /** Waits until it has ended; at once when called on the lane itself. */
  void join() {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  /** Sleeps until woken or, on a whim of the platform, earlier; on the lane's thread only. */
  void sleep() {
    LockSupport.park(this);
  }

  /** As {@link #sleep()}, and at most until the clock shows this time. */
  void sleepUntil(long wakeNanos, LongSupplier nanoClock) {
    LockSupport.parkNanos(this, wakeNanos - nanoClock.getAsLong());
  }

  @Override
  public void run() {
    try {
      Batch batch = source.next(this, null);
      while (batch != null) {
        batch = source.next(this, run.run(batch));
      }
    } catch (Throwable thrown) {
      source.laneFailed(this, thrown);
    }
  }
}
