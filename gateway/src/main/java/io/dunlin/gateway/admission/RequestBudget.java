package io.dunlin.gateway.admission;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of request bodies a gateway holds at one time. A body is admitted before it is read,
 * counted until its response is made, and refused when it does not fit: so memory stays bounded
 * however many clients send at once. Thread-safe.
 */
public final class RequestBudget {
  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /**
   * @param maxBytes most bytes held; at least one body of the largest size should fit
   */
  public RequestBudget(long maxBytes) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
    }
    this.maxBytes = maxBytes;
  }

  /** Takes bytes if they fit; each success needs one {@link #release} of the same number. */
  public boolean tryAcquire(long bytes) {
    while (true) {
      long held = heldBytes.get();
      if (bytes > maxBytes - held) {
        return false;
      }
      if (heldBytes.compareAndSet(held, held + bytes)) {
        return true;
      }
    }
  }

  public void release(long bytes) {
    long left = heldBytes.addAndGet(-bytes);
    if (left < 0) {
      heldBytes.addAndGet(bytes);
      throw new IllegalStateException("released " + bytes + " bytes that were not held");
    }
  }

  public long heldBytes() {
    return heldBytes.get();
  }

  public long maxBytes() {
    return maxBytes;
  }
}
