package io.dunlin.gateway.http.tfserving;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.Arrays;

/**
 * A growing array of protocol buffer wire bytes (protobuf.dev, "Encoding"): just what a {@code
 * tf.Example} needs. Reused by {@link #clear}.
 */
final class ProtoBytes {
  private static final int LENGTH_DELIMITED = 2;

  private final int maxBytes;
  private byte[] bytes = new byte[256];
  private int size;

  ProtoBytes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  void clear() {
    size = 0;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  /** A length-delimited field: tag, length, content. */
  void field(int number, byte[] source, int offset, int length) {
    header(number, length);
    raw(source, offset, length);
  }

  /** A length-delimited field whose content is what another buffer holds. */
  void field(int number, ProtoBytes content) {
    field(number, content.bytes, 0, content.size);
  }

  /** Tag and length of a length-delimited field. */
  void header(int number, int length) {
    varint(number << 3 | LENGTH_DELIMITED);
    varint(length);
  }

  /** Seven bits a byte, lowest first; a negative number takes ten bytes. */
  void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Four bytes, little-endian, as packed floats have them. */
  void fixed32(int bits) {
    ensure(4);
    bytes[size++] = (byte) bits;
    bytes[size++] = (byte) (bits >>> 8);
    bytes[size++] = (byte) (bits >>> 16);
    bytes[size++] = (byte) (bits >>> 24);
  }

  void raw(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  private void ensure(int more) {
    long needed = (long) size + more;
    if (needed <= bytes.length) {
      return;
    }
    if (needed > maxBytes) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "serialized example bytes: " + needed + " (expected: <= " + maxBytes + ")");
    }
    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(needed, 2L * bytes.length)));
  }
}
