package io.dunlin.shared.protocol.frame.socket;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a connection is driven, alike at both ends.
 *
 * @param chunkBytes most bytes of a message in one frame
 * @param writeBufferBytes bytes handed to the socket before the next are taken from the outbox
 * @param pingAfter quiet time after which the peer is asked for a sign of life
 * @param silenceLimit quiet time after which the connection is closed; also the time for HELLO
 * @param stallLimit time without room for more bytes after which the connection is closed
 */
public record FrameChannelSettings(
    int chunkBytes,
    int writeBufferBytes,
    Duration pingAfter,
    Duration silenceLimit,
    Duration stallLimit) {

  /** The keys of these settings in the section of either end. */
  public static FrameChannelSettings from(Config section) {
    return new FrameChannelSettings(
        Math.toIntExact(section.getBytes("chunk-bytes")),
        Math.toIntExact(section.getBytes("write-buffer-bytes")),
        section.getDuration("ping-after"),
        section.getDuration("silence-limit"),
        section.getDuration("stall-limit"));
  }

  /**
   * @param path the section the keys are in, for the message
   * @throws IllegalArgumentException saying {@code path: value (expected: ...)}
   */
  public void validate(String path) {
    check(path + ".chunk-bytes", chunkBytes, 256, 1 << 24);
    check(path + ".write-buffer-bytes", writeBufferBytes, 1024, 1 << 26);
    check(path + ".ping-after", pingAfter.toMillis(), 2, 3_600_000);
    check(path + ".silence-limit", silenceLimit.toMillis(), pingAfter.toMillis() + 1, 3_600_000);
    check(path + ".stall-limit", stallLimit.toMillis(), 1, 3_600_000);
  }

  private static void check(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + least + ".." + most + ")");
    }
  }
}
