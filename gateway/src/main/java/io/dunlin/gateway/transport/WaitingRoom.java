package io.dunlin.gateway.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of all attempts one node has or will get, bounded by what the node granted and what may
 * wait for it here: the caller learns at once, in its own thread, when there is no room.
 */
final class WaitingRoom {
  private final long maxWaitingBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private volatile long grantedBytes;

  WaitingRoom(long maxWaitingBytes) {
    this.maxWaitingBytes = maxWaitingBytes;
  }

  /** The node's credit: so many bytes are not waiting. */
  void setGranted(long bytes) {
    grantedBytes = bytes;
  }

  /** Takes room, or returns false and takes none. */
  boolean tryEnter(long bytes) {
    if (heldBytes.addAndGet(bytes) <= capacityBytes()) {
      return true;
    }
    heldBytes.addAndGet(-bytes);
    return false;
  }

  /** The attempt is over, and the node owes nothing for it. */
  void leave(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  long heldBytes() {
    return heldBytes.get();
  }

  long capacityBytes() {
    return grantedBytes + maxWaitingBytes;
  }
}
