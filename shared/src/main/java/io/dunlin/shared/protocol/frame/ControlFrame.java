package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.protocol.frame.Wire.VersionRange;

/** A frame that is not an inference message: small, sent ahead of messages, never cut. */
public sealed interface ControlFrame {
  /**
   * Who speaks and what it accepts. The gateway sends it first, with the node it means; the node
   * answers with its own, its version range narrowed to the chosen version, or with {@link
   * Refused}.
   *
   * @param versions protocol versions the sender speaks
   * @param cluster the sender's cluster name: both must have the same
   * @param sender the sender's node id
   * @param receiver the node id the sender wants to reach
   * @param lane what the connection is for
   * @param maxPayloadBytes the most tensor bytes the sender accepts in one message
   * @param maxOpenStreams the most messages in several frames it accepts at once
   * @param creditBytes the credit granted to the receiver of this frame; 0 from a gateway
   */
  record Hello(
      VersionRange versions,
      String cluster,
      String sender,
      String receiver,
      Lane lane,
      int maxPayloadBytes,
      int maxOpenStreams,
      long creditBytes)
      implements ControlFrame {
    public Hello {
      if (maxPayloadBytes < 1
          || maxPayloadBytes > Integer.MAX_VALUE - 8 - Wire.METADATA_SLACK_BYTES) {
        throw new IllegalArgumentException(
            "max payload bytes: " + maxPayloadBytes + " (expected: 1 to 2 GiB less 1 MiB)");
      }
      if (maxOpenStreams < 1 || maxOpenStreams > 0xffff) {
        throw new IllegalArgumentException(
            "max open streams: " + maxOpenStreams + " (expected: 1..65535)");
      }
      if (creditBytes < 0) {
        throw new IllegalArgumentException("credit: " + creditBytes + " (expected: >= 0)");
      }
    }
  }

  /** The sender closes the connection, for this reason. */
  record Refused(CloseReason reason, String message) implements ControlFrame {}

  /** Nobody waits for this attempt; no further DATA of it follows. It is answered nonetheless. */
  record Cancel(long attemptId) implements ControlFrame {}

  /** The gateway may have this many bytes outstanding, those already outstanding included. */
  record Credit(long windowBytes) implements ControlFrame {}

  record Ping(long number) implements ControlFrame {}

  record Pong(long number) implements ControlFrame {}

  /**
   * The node takes no new attempts; those it has are answered within the time given, then it
   * closes.
   */
  record GoAway(long remainingNanos, String message) implements ControlFrame {}
}
