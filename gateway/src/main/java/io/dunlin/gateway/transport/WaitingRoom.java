package io.dunlin.gateway.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of attempts that were taken in and do not have the node's credit yet, bounded: the
 * caller learns at once, in its own thread, when there is no room.
 */
final class WaitingRoom {
  private final long capacityBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  WaitingRoom(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /** Takes room, or returns false and takes none. */
  boolean tryEnter(long bytes) {
    if (heldBytes.addAndGet(bytes) <= capacityBytes) {
      return true;
    }
    heldBytes.addAndGet(-bytes);
    return false;
  }

  void leave(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  long heldBytes() {
    return heldBytes.get();
  }

  long capacityBytes() {
    return capacityBytes;
  }
}
