package io.dunlin.gateway.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A growing byte array that JSON text is appended to. Commas, colons and brackets are the caller's:
 * {@link #raw} takes them as they are.
 *
 * <p>Floats are printed as TensorFlow Serving prints them, but always shortest: {@code 2.5}, {@code
 * 1.0}, {@code 3e-05}, {@code 9e+06}; the exponent form begins below 1e-4, and where {@code %g}
 * with 6 or 9 digits (double: 15 or 17), whichever the digits need, would begin it. {@code NaN},
 * {@code Infinity} and {@code -Infinity} are bare tokens.
 */
public final class JsonWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAIRS = new byte[200];

  /** Room for any number. */
  private static final int MAX_NUMBER_BYTES = 32;

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
  }

  private final int maxBytes;
  private byte[] bytes;
  private int size;
  private final ShortestDecimal decimal = new ShortestDecimal();

  /**
   * @param expectedBytes first capacity, a hint
   */
  public JsonWriter(int expectedBytes) {
    this(expectedBytes, Integer.MAX_VALUE - 8);
  }

  /**
   * @param expectedBytes first capacity, a hint
   * @param maxBytes most bytes of text, give or take a number; one more is a {@link
   *     JsonTooLargeException}
   */
  public JsonWriter(int expectedBytes, int maxBytes) {
    this.maxBytes = Math.max(64, maxBytes);
    this.bytes = new byte[Math.max(64, Math.min(expectedBytes, maxBytes))];
  }

  /** The array that holds the text, from index 0; valid until the next append. */
  public byte[] array() {
    return bytes;
  }

  /** Bytes written. */
  public int size() {
    return size;
  }

  /** Drops what was written after {@link #size} was this. */
  public void truncate(int newSize) {
    size = newSize;
  }

  /** Makes room for this many more bytes in one step. */
  public void reserve(int more) {
    long needed = (long) size + more;
    if (needed <= bytes.length) {
      return;
    }
    if (needed > maxBytes) {
      throw new JsonTooLargeException(needed, maxBytes);
    }
    long grown = Math.max(needed, bytes.length + (long) (bytes.length >> 1) + 64);
    bytes = Arrays.copyOf(bytes, (int) Math.min(grown, maxBytes));
  }

  /** Appends one ASCII character as it is. */
  public void raw(char c) {
    if (size == bytes.length) {
      reserve(1);
    }
    bytes[size++] = (byte) c;
  }

  /** Appends ASCII text as it is. */
  @SuppressWarnings("deprecation") // the one bulk copy of ASCII text without an array in between
  public void raw(String ascii) {
    int length = ascii.length();
    reserve(length);
    ascii.getBytes(0, length, bytes, size);
    size += length;
  }

  /** Appends bytes as they are. */
  public void raw(byte[] source, int offset, int length) {
    reserve(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Appends text as a JSON string. */
  public void string(String text) {
    raw('"');
    if (isPlain(text)) {
      raw(text);
    } else {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      escaped(utf8, 0, utf8.length);
    }
    raw('"');
  }

  /** Whether a text is written as it is. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** Appends an object key and its colon. */
  public void key(String name) {
    string(name);
    raw(':');
  }

  /**
   * Appends bytes as a JSON string if they are UTF-8.
   *
   * @return false, with nothing written, if they are not
   */
  public boolean utf8String(byte[] source, int offset, int length) {
    if (!Utf8.isValid(source, offset, length)) {
      return false;
    }
    raw('"');
    escaped(source, offset, length);
    raw('"');
    return true;
  }

  /** Appends bytes as a JSON string in base64, with padding. */
  public void base64String(byte[] source, int offset, int length) {
    ByteBuffer encoded = Base64.getEncoder().encode(ByteBuffer.wrap(source, offset, length));
    raw('"');
    raw(encoded.array(), encoded.arrayOffset(), encoded.remaining());
    raw('"');
  }

  /** Appends {@code true} or {@code false}. */
  public void bool(boolean value) {
    raw(value ? "true" : "false");
  }

  public void number(long value) {
    reserve(MAX_NUMBER_BYTES);
    if (value < 0) {
      bytes[size++] = '-';
      digits(-value);
    } else {
      digits(value);
    }
  }

  /** Appends 64 bits as an unsigned number. */
  public void unsignedNumber(long value) {
    reserve(MAX_NUMBER_BYTES);
    digits(value);
  }

  public void number(float value) {
    reserve(MAX_NUMBER_BYTES);
    int bits = Float.floatToRawIntBits(value);
    if (wholeOrSpecial(value, bits < 0, 1_000_000)) {
      return;
    }
    decimal.ofFloat(bits & Integer.MAX_VALUE);
    shortest(bits < 0, 6, 9);
  }

  public void number(double value) {
    reserve(MAX_NUMBER_BYTES);
    long bits = Double.doubleToRawLongBits(value);
    if (wholeOrSpecial(value, bits < 0, 1_000_000_000_000_000L)) {
      return;
    }
    decimal.ofDouble(bits & Long.MAX_VALUE);
    shortest(bits < 0, 15, 17);
  }

  /** Appends the value of a half (IEEE 754 binary16), as short as its own precision allows. */
  public void half(int bits) {
    reserve(MAX_NUMBER_BYTES);
    boolean negative = (bits & 0x8000) != 0;
    if (wholeOrSpecial(HalfFloats.halfValue(bits), negative, 1_000_000)) {
      return;
    }
    decimal.ofHalf(bits & 0x7fff);
    shortest(negative, 6, 9);
  }

  /** Appends the value of a bfloat16, as short as its own precision allows. */
  public void bfloat16(int bits) {
    reserve(MAX_NUMBER_BYTES);
    boolean negative = (bits & 0x8000) != 0;
    if (wholeOrSpecial(HalfFloats.bfloat16Value(bits), negative, 1_000_000)) {
      return;
    }
    decimal.ofBfloat16(bits & 0x7fff);
    shortest(negative, 6, 9);
  }

  /** Writes NaN, infinities and whole numbers below {@code limit}; says whether it was one. */
  private boolean wholeOrSpecial(double value, boolean negative, long limit) {
    long whole = (long) value;
    if (whole == value && whole > -limit && whole < limit) {
      if (negative) {
        bytes[size++] = '-';
      }
      digits(Math.abs(whole));
      bytes[size++] = '.';
      bytes[size++] = '0';
      return true;
    }
    if (Double.isNaN(value)) {
      raw("NaN");
      return true;
    }
    if (Double.isInfinite(value)) {
      raw(negative ? "-Infinity" : "Infinity");
      return true;
    }
    return false;
  }

  /** Writes {@link #decimal}, in the exponent form where {@code %g} would. */
  private void shortest(boolean negative, int fewDigits, int manyDigits) {
    if (negative) {
      bytes[size++] = '-';
    }
    long d = decimal.digits;
    int count = digitCount(d);
    // the exponent of the first digit
    int scientific = count - 1 + decimal.exponent;
    if (scientific < -4 || scientific >= (count <= fewDigits ? fewDigits : manyDigits)) {
      exponentForm(d, count, scientific);
    } else if (decimal.exponent >= 0) {
      digits(d);
      zeros(decimal.exponent);
      bytes[size++] = '.';
      bytes[size++] = '0';
    } else if (scientific < 0) {
      bytes[size++] = '0';
      bytes[size++] = '.';
      zeros(-1 - scientific);
      digits(d);
    } else {
      // one byte further right, then the whole part back: makes the gap for the point
      size++;
      int start = size;
      digits(d);
      System.arraycopy(bytes, start, bytes, start - 1, scientific + 1);
      bytes[start + scientific] = '.';
    }
  }

  private void exponentForm(long d, int count, int scientific) {
    if (count > 1) {
      size++;
      int start = size;
      digits(d);
      bytes[start - 1] = bytes[start];
      bytes[start] = '.';
    } else {
      digits(d);
    }
    bytes[size++] = 'e';
    bytes[size++] = (byte) (scientific < 0 ? '-' : '+');
    int magnitude = Math.abs(scientific);
    if (magnitude < 10) {
      bytes[size++] = '0';
    }
    digits(magnitude);
  }

  private void zeros(int count) {
    for (int i = 0; i < count; i++) {
      bytes[size++] = '0';
    }
  }

  /** Writes an unsigned number; there must be room. */
  private void digits(long value) {
    if (value < 0) {
      long head = Long.divideUnsigned(value, 100);
      digits(head);
      pair((int) (value - head * 100));
      return;
    }
    int end = size + digitCount(value);
    int p = end;
    long rest = value;
    while (rest > Integer.MAX_VALUE) {
      long head = rest / 100;
      p -= 2;
      pairAt(p, (int) (rest - head * 100));
      rest = head;
    }
    int small = (int) rest;
    while (small >= 10) {
      int head = small / 100;
      p -= 2;
      pairAt(p, small - head * 100);
      small = head;
    }
    if (p > size) {
      bytes[size] = (byte) ('0' + small);
    }
    size = end;
  }

  private void pair(int value) {
    pairAt(size, value);
    size += 2;
  }

  private void pairAt(int index, int value) {
    bytes[index] = PAIRS[2 * value];
    bytes[index + 1] = PAIRS[2 * value + 1];
  }

  /** Decimal digits of a number that is not negative. */
  private static int digitCount(long value) {
    int count = 1;
    long bound = 10;
    while (count < 19 && value >= bound) {
      count++;
      bound *= 10;
    }
    return count;
  }

  /** Appends UTF-8 with quotes, backslashes and control characters escaped. */
  private void escaped(byte[] source, int offset, int length) {
    int end = offset + length;
    int plain = offset;
    int p = offset;
    while (p < end) {
      if (end - p >= 8 && StringToken.isPlain((long) LONG.get(source, p))) {
        p += 8;
        continue;
      }
      byte c = source[p];
      if (c == '"' || c == '\\' || c >= 0 && c < ' ') {
        raw(source, plain, p - plain);
        escape(c);
        plain = p + 1;
      }
      p++;
    }
    raw(source, plain, end - plain);
  }

  private void escape(byte c) {
    reserve(6);
    bytes[size++] = '\\';
    switch (c) {
      case '"', '\\' -> bytes[size++] = c;
      case '\n' -> bytes[size++] = 'n';
      case '\r' -> bytes[size++] = 'r';
      case '\t' -> bytes[size++] = 't';
      case '\b' -> bytes[size++] = 'b';
      case '\f' -> bytes[size++] = 'f';
      default -> {
        bytes[size++] = 'u';
        bytes[size++] = '0';
        bytes[size++] = '0';
        bytes[size++] = HEX[c >> 4];
        bytes[size++] = HEX[c & 0xf];
      }
    }
  }
}
