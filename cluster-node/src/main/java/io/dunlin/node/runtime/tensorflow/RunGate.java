package io.dunlin.node.runtime.tensorflow;

import java.util.concurrent.locks.StampedLock;

/** Lets runs through until it is closed; closing waits for those under way. */
final class RunGate {
  private final StampedLock lock = new StampedLock();
  private volatile boolean closed;

  /** Guarded by the write lock. */
  private boolean released;

  /**
   * Begins a run.
   *
   * @return what {@link #leave} wants
   * @throws IllegalStateException when the gate is closed
   */
  long enter() {
    if (!closed) {
      long stamp = lock.readLock();
      if (!closed) {
        return stamp;
      }
      lock.unlockRead(stamp);
    }
    throw new IllegalStateException("the model is closed");
  }

  void leave(long stamp) {
    lock.unlockRead(stamp);
  }

  /** Lets nobody in any more, waits until everybody is out, and releases, once. */
  void close(Runnable release) {
    closed = true;
    long stamp = lock.writeLock();
    try {
      if (!released) {
        released = true;
        release.run();
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
