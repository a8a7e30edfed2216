package io.dunlin.shared.protocol.frame;

/** Why one side refuses or ends a connection; travels as text, so that entries may be added. */
public enum CloseReason {
  /** The version ranges do not overlap. */
  VERSION("version"),
  /** The peer belongs to another cluster. */
  CLUSTER("cluster"),
  /** The gateway wanted another node: host and port were given to a new one. */
  NODE("node"),
  /** The node's budget has no share left for one more gateway. */
  FULL("full"),
  /** The node is leaving. */
  DRAINING("draining"),
  /** The peer broke the frame layout or the order of frames. */
  MALFORMED("malformed"),
  /** A length above the announced limit. */
  TOO_LARGE("too_large"),
  /** The gateway sent more than its credit. */
  CREDIT("credit"),
  /** Nothing was heard from the peer for too long. */
  SILENT("silent"),
  /** The peer did not take what was written for too long. */
  STALLED("stalled"),
  /** The connection ended without a word. */
  LOST("lost"),
  /** This side wanted it closed. */
  CLOSED("closed"),
  /** A reason this version does not know. */
  OTHER("other");

  private final String code;

  CloseReason(String code) {
    this.code = code;
  }

  /** The stable text on the wire. */
  public String code() {
    return code;
  }

  /** The entry with this code; {@link #OTHER} for an unknown one. */
  public static CloseReason ofCode(String code) {
    for (CloseReason reason : values()) {
      if (reason.code.equals(code)) {
        return reason;
      }
    }
    return OTHER;
  }
}
