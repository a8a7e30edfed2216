package io.dunlin.node.runtime.tensorflow;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The slots of a signature that no run uses now; at most {@link #MAX_IDLE} are kept. */
final class RunSlots implements AutoCloseable {
  static final int MAX_IDLE = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<RunSlot> idle = new ArrayDeque<>(MAX_IDLE);
  private final int inputCount;
  private final int outputCount;

  RunSlots(int inputCount, int outputCount) {
    this.inputCount = inputCount;
    this.outputCount = outputCount;
  }

  RunSlot take() {
    RunSlot slot = poll();
    return slot == null ? new RunSlot(inputCount, outputCount) : slot;
  }

  void give(RunSlot slot) {
    lock.lock();
    try {
      if (idle.size() < MAX_IDLE) {
        idle.push(slot);
        return;
      }
    } finally {
      lock.unlock();
    }
    slot.close();
  }

  private @Nullable RunSlot poll() {
    lock.lock();
    try {
      return idle.poll();
    } finally {
      lock.unlock();
    }
  }

  /** Frees the idle slots; none is in use. */
  @Override
  public void close() {
    for (RunSlot slot = poll(); slot != null; slot = poll()) {
      slot.close();
    }
  }
}
