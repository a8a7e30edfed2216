package io.dunlin.shared.protocol.frame;

/** Numbers both ends must agree on. */
public final class Wire {
  /** First field of HELLO: the bytes {@code 44 4e 4c 4e}, "DNLN". */
  public static final int MAGIC = 0x4e4c4e44;

  /** The protocol versions this build speaks. */
  public static final VersionRange VERSIONS = new VersionRange(1, 1);

  /** Length field and type. */
  static final int HEADER_BYTES = 5;

  static final int ATTEMPT_ID_BYTES = 8;

  /** Attempt id, message type, total length. */
  static final int BEGIN_PREFIX_BYTES = ATTEMPT_ID_BYTES + 1 + 4;

  /** The longest control frame; also all that is accepted before HELLO. */
  public static final int MAX_CONTROL_BYTES = 8 * 1024;

  /** What a message may hold besides its tensors' bytes: names, shapes, texts. */
  public static final int METADATA_SLACK_BYTES = 1024 * 1024;

  /**
   * What an attempt costs beyond its bytes when credit is counted: the objects that stand for it,
   * so that credit bounds the number of small attempts too.
   */
  public static final int ATTEMPT_OVERHEAD_BYTES = 1024;

  private Wire() {}

  /** The longest message with this many tensor bytes. */
  public static int maxMessageBytes(int maxPayloadBytes) {
    return maxPayloadBytes + METADATA_SLACK_BYTES;
  }

  /** The credit an INFER message takes until it is answered. */
  public static long creditCost(int messageBytes) {
    return (long) messageBytes + ATTEMPT_OVERHEAD_BYTES;
  }

  /** The versions one side speaks, both ends included. */
  public record VersionRange(int min, int max) {
    public VersionRange {
      if (min < 1 || max < min || max > 0xffff) {
        throw new IllegalArgumentException(
            "versions: " + min + ".." + max + " (expected: 1 <= min <= max <= 65535)");
      }
    }

    /** The newest version both speak; 0 if there is none. */
    public int newestCommon(VersionRange other) {
      int newest = Math.min(max, other.max);
      return newest >= Math.max(min, other.min) ? newest : 0;
    }
  }
}
