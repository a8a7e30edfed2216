package io.dunlin.shared.protocol.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads little-endian fields from a range of an array; every read is checked against its end.
 *
 * <p>Errors are {@link IllegalArgumentException}s that name the field.
 */
final class WireInput {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  WireInput(byte[] bytes, int begin, int end) {
    this.bytes = bytes;
    this.position = begin;
    this.end = end;
  }

  int remaining() {
    return end - position;
  }

  int position() {
    return position;
  }

  int u8(String field) {
    return bytes[take(field, 1)] & 0xff;
  }

  int u16(String field) {
    return (short) SHORT.get(bytes, take(field, 2)) & 0xffff;
  }

  int i32(String field) {
    return (int) INT.get(bytes, take(field, 4));
  }

  long i64(String field) {
    return (long) LONG.get(bytes, take(field, 8));
  }

  /** A 4-byte number that must not be negative. */
  int size(String field) {
    int value = i32(field);
    if (value < 0) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: >= 0)");
    }
    return value;
  }

  /** A 2-byte count of things that take at least {@code leastBytesEach}: so it is bounded. */
  int count(String field, int leastBytesEach) {
    int value = u16(field);
    if ((long) value * leastBytesEach > remaining()) {
      throw new IllegalArgumentException(
          field + ": " + value + " (expected: no more than " + remaining() + " bytes can hold)");
    }
    return value;
  }

  String text(String field) {
    int length = u16(field);
    return new String(bytes, take(field, length), length, StandardCharsets.UTF_8);
  }

  private int take(String field, int length) {
    if (length > end - position) {
      throw new IllegalArgumentException(
          field + ": " + remaining() + " bytes left (expected: at least " + length + ")");
    }
    int at = position;
    position += length;
    return at;
  }
}
