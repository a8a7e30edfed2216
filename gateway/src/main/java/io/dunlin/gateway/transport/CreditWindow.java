package io.dunlin.gateway.transport;

/**
 * The bytes a node lets this gateway have outstanding. What an attempt takes is given back by its
 * reply; the node's CREDIT frame sets the window anew and may set it below what is outstanding.
 */
final class CreditWindow {
  private long windowBytes;
  private long outstandingBytes;

  void setWindow(long windowBytes) {
    this.windowBytes = windowBytes;
  }

  boolean fits(long costBytes) {
    return costBytes <= windowBytes - outstandingBytes;
  }

  /** Whether it would fit if nothing were outstanding. */
  boolean couldFit(long costBytes) {
    return costBytes <= windowBytes;
  }

  void take(long costBytes) {
    outstandingBytes += costBytes;
  }

  void giveBack(long costBytes) {
    if (costBytes > outstandingBytes) {
      throw new IllegalStateException(
          "credit: " + costBytes + " given back (expected: at most " + outstandingBytes + ")");
    }
    outstandingBytes -= costBytes;
  }

  long outstandingBytes() {
    return outstandingBytes;
  }
}
