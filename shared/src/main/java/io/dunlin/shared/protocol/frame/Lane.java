package io.dunlin.shared.protocol.frame;

/**
 * The two connections between a gateway and a node, each with its own socket, event loop and
 * credit, so that small requests do not wait behind the bytes of large ones in a buffer where no
 * fairness reaches them. A reply takes its request's lane.
 */
public enum Lane {
  /** Requests of at most {@link #EXPRESS_MAX_BYTES}. */
  EXPRESS(0),
  /** All others. */
  BULK(1);

  /** The longest message a gateway sends by the express lane. */
  public static final int EXPRESS_MAX_BYTES = 128 * 1024;

  private final int number;

  Lane(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The lane for a message of this length. */
  public static Lane forMessage(int bodyBytes) {
    return bodyBytes <= EXPRESS_MAX_BYTES ? EXPRESS : BULK;
  }

  /** The express lane's part of an allowance in bytes for both, one eighth, or the rest of it. */
  public long partOf(long bytes) {
    long express = bytes / 8;
    return this == EXPRESS ? express : bytes - express;
  }

  /**
   * @throws IllegalArgumentException when there is no such lane
   */
  static Lane ofNumber(int number) {
    for (Lane lane : values()) {
      if (lane.number == number) {
        return lane;
      }
    }
    throw new IllegalArgumentException("lane: " + number + " (expected: 0 or 1)");
  }
}
