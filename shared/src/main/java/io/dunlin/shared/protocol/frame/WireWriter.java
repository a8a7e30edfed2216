package io.dunlin.shared.protocol.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends little-endian fields to an array that grows. */
final class WireWriter {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  WireWriter(int expectedBytes) {
    this.bytes = new byte[expectedBytes];
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }

  void u8(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void u16(int value) {
    ensure(2);
    SHORT.set(bytes, size, (short) value);
    size += 2;
  }

  void i32(int value) {
    ensure(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  void i64(long value) {
    ensure(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  void setI32(int at, int value) {
    INT.set(bytes, at, value);
  }

  /**
   * Two bytes of length and the text in UTF-8.
   *
   * @throws IllegalArgumentException naming {@code field} when it is longer than 65535 bytes
   */
  void text(String field, String value) {
    int chars = value.length();
    if (chars <= 0xffff) {
      ensure(2 + chars);
      int at = size + 2;
      int i = 0;
      while (i < chars && value.charAt(i) < 0x80) {
        bytes[at + i] = (byte) value.charAt(i);
        i++;
      }
      if (i == chars) {
        SHORT.set(bytes, size, (short) chars);
        size = at + chars;
        return;
      }
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 0xffff) {
      throw new IllegalArgumentException(
          field + ": " + utf8.length + " bytes (expected: at most 65535)");
    }
    u16(utf8.length);
    ensure(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }

  /** Overwrites eight bytes somewhere in an array already written. */
  static void putI64(byte[] array, int at, long value) {
    LONG.set(array, at, value);
  }
}
