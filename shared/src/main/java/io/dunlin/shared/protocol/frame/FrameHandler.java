package io.dunlin.shared.protocol.frame;

/** What a {@link FrameReader} found; called on the thread that feeds it. */
public interface FrameHandler {
  /** A control frame, whole. */
  void control(ControlFrame frame);

  /**
   * The first byte of a message came; its length is within the announced limit.
   *
   * @return whether its body is wanted; if not, it is read over without being stored
   * @throws FrameException when the peer must not send it
   */
  boolean begins(FrameType type, long attemptId, int bodyBytes);

  /** A wanted message, whole. The array is handed over. */
  void message(FrameType type, long attemptId, byte[] body);

  /** An unwanted message came to its end. */
  void skipped(FrameType type, long attemptId);
}
