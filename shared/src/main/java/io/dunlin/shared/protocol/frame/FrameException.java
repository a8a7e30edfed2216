package io.dunlin.shared.protocol.frame;

/**
 * The peer broke the protocol: the connection must be refused with this reason. Expected from
 * strangers, so without a stack trace.
 */
public final class FrameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final CloseReason reason;

  public FrameException(CloseReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public CloseReason reason() {
    return reason;
  }

  /** What is sent to the peer before closing. */
  public ControlFrame.Refused toFrame() {
    return new ControlFrame.Refused(reason, String.valueOf(getMessage()));
  }
}
