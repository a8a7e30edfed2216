package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * An encoded INFER or REPLY on its way out: its metadata, and its tensors as they are. The tensors'
 * bytes are copied once, into the socket's buffer.
 *
 * <p>Confined to one thread at a time: made by the caller, then handed to the connection.
 */
public final class OutgoingMessage {
  private final FrameType type;
  private final long attemptId;
  private final byte[] metadata;
  private final int metadataLength;
  private final Tensor[] tensors;
  private final int bodyBytes;

  private int copied;
  private int segment = -1;
  private int segmentPosition;

  /**
   * @throws IllegalArgumentException when the body would exceed what an array can hold
   */
  OutgoingMessage(FrameType type, long attemptId, WireWriter metadata, Tensor[] tensors) {
    this.type = type;
    this.attemptId = attemptId;
    this.metadata = metadata.array();
    this.metadataLength = metadata.size();
    this.tensors = tensors;
    long bytes = metadataLength;
    for (Tensor tensor : tensors) {
      bytes += tensor.byteSize();
    }
    if (bytes > Tensor.MAX_BYTES) {
      throw new IllegalArgumentException(
          "message: " + bytes + " bytes (expected: at most " + Tensor.MAX_BYTES + ")");
    }
    this.bodyBytes = (int) bytes;
  }

  public FrameType type() {
    return type;
  }

  public long attemptId() {
    return attemptId;
  }

  /** Length of the message without frame headers and attempt id. */
  public int bodyBytes() {
    return bodyBytes;
  }

  /** Length of the part that is not tensor bytes. */
  public int metadataBytes() {
    return metadataLength;
  }

  /** Length of the tensors' bytes. */
  public int payloadBytes() {
    return bodyBytes - metadataLength;
  }

  int remaining() {
    return bodyBytes - copied;
  }

  boolean isBegun() {
    return copied > 0;
  }

  /** Overwrites a number in the metadata; only before the first byte is sent. */
  void setI64(int at, long value) {
    WireWriter.putI64(metadata, at, value);
  }

  /** Copies at most {@code limit} of the next bytes; returns how many. */
  int copyTo(ByteBuffer target, int limit) {
    int wanted = Math.min(Math.min(limit, remaining()), target.remaining());
    int left = wanted;
    while (left > 0) {
      int length = segmentLength();
      int n = Math.min(left, length - segmentPosition);
      if (segment < 0) {
        target.put(metadata, segmentPosition, n);
      } else {
        Tensor tensor = tensors[segment];
        target.put(tensor.array(), tensor.arrayOffset() + segmentPosition, n);
      }
      segmentPosition += n;
      left -= n;
      if (segmentPosition == length) {
        segment++;
        segmentPosition = 0;
      }
    }
    copied += wanted;
    return wanted;
  }

  private int segmentLength() {
    return segment < 0 ? metadataLength : tensors[segment].byteSize();
  }
}
