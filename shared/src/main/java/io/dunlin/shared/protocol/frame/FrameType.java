package io.dunlin.shared.protocol.frame;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of frame, by the number in a frame's fifth byte. Numbers are never reused; a receiver
 * skips those it does not know.
 */
public enum FrameType {
  /** Opens a connection, in both directions. */
  HELLO(1),
  /** Says why the sender closes the connection, and is its last frame. */
  REFUSED(2),
  /** Attempt id and a whole inference request. */
  INFER(3),
  /** Attempt id and a whole reply. */
  REPLY(4),
  /** Attempt id, message type, total length, and the first bytes of a message in several frames. */
  BEGIN(5),
  /** Attempt id and the next bytes of a message. */
  DATA(6),
  /** Attempt id that nobody waits for any more. */
  CANCEL(7),
  /** The bytes a gateway may have outstanding from now on. */
  CREDIT(8),
  /** Asks for a {@link #PONG}. */
  PING(9),
  /** Answers a {@link #PING}. */
  PONG(10),
  /** The node takes no new attempts and will close. */
  GOAWAY(11);

  private static final @Nullable FrameType[] BY_NUMBER = new @Nullable FrameType[12];

  static {
    for (FrameType type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  private final int number;

  FrameType(int number) {
    this.number = number;
  }

  /** The number on the wire, 1 to 255. */
  public int number() {
    return number;
  }

  /** The type with this number; null for one that a newer process may have sent. */
  static @Nullable FrameType ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** Whether it is one of the two messages that may travel in several frames. */
  boolean isMessage() {
    return this == INFER || this == REPLY;
  }
}
