package io.dunlin.gateway.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The JSON number scanned last, with the bare tokens {@code NaN}, {@code Infinity} and {@code Inf}
 * (either sign) that TensorFlow Serving and Triton also take. Reused from number to number.
 */
final class NumberToken {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Every 19-digit integer fits 64 unsigned bits. */
  private static final int MAX_DIGITS = 19;

  /** Beyond any exponent that matters, and far from overflow. */
  private static final int EXPONENT_CAP = 100_000_000;

  private enum Special {
    NONE,
    NAN,
    INFINITY
  }

  private static final byte[] NONE = new byte[0];

  private byte[] source = NONE;
  private int start;
  private int end;
  private boolean negative;
  private long significand;
  private int exponent;
  private boolean integral;
  // digits beyond the 19th were dropped
  private boolean truncated;
  private Special special = Special.NONE;

  /**
   * Scans the number at {@code at}.
   *
   * @return the offset after it
   */
  int scan(byte[] bytes, int from, int at, int limit) {
    source = bytes;
    start = at;
    special = Special.NONE;
    truncated = false;
    int p = at;
    negative = bytes[p] == '-';
    if (negative) {
      p++;
    }
    int firstDigit = p;
    long w = 0;
    while (p < limit && isDigit(bytes[p])) {
      w = w * 10 + (bytes[p] - '0');
      p++;
    }
    int wholeDigits = p - firstDigit;
    if (wholeDigits == 0) {
      return scanSpecial(from, p, limit);
    }
    if (bytes[firstDigit] == '0' && wholeDigits > 1) {
      throw new JsonSyntaxException("Leading zero in a number.", at - from);
    }
    int count = wholeDigits;
    int power = 0;
    integral = true;
    if (p < limit && bytes[p] == '.') {
      integral = false;
      int fraction = ++p;
      while (limit - p >= 8) {
        long eight = (long) LONG.get(bytes, p);
        if (!isEightDigits(eight)) {
          break;
        }
        w = w * 100_000_000 + eightDigits(eight);
        p += 8;
      }
      while (p < limit && isDigit(bytes[p])) {
        w = w * 10 + (bytes[p] - '0');
        p++;
      }
      if (p == fraction) {
        throw new JsonSyntaxException("Missing digits after the point in a number.", p - from);
      }
      power = fraction - p;
      count += p - fraction;
    }
    int digitsEnd = p;
    if (p < limit && (bytes[p] | 0x20) == 'e') {
      integral = false;
      p = scanExponent(bytes, from, p + 1, limit);
      power += exponent;
    }
    significand = w;
    exponent = power;
    end = p;
    if (count > MAX_DIGITS) {
      rescan(firstDigit, digitsEnd);
    }
    return p;
  }

  private int scanExponent(byte[] bytes, int from, int at, int limit) {
    int p = at;
    boolean minus = false;
    if (p < limit && (bytes[p] == '-' || bytes[p] == '+')) {
      minus = bytes[p] == '-';
      p++;
    }
    int first = p;
    int value = 0;
    while (p < limit && isDigit(bytes[p])) {
      value = Math.min(EXPONENT_CAP, value * 10 + (bytes[p] - '0'));
      p++;
    }
    if (p == first) {
      throw new JsonSyntaxException("Missing digits in the exponent of a number.", p - from);
    }
    exponent = minus ? -value : value;
    return p;
  }

  private int scanSpecial(int from, int at, int limit) {
    int p = at;
    if (matches("NaN", p, limit)) {
      special = Special.NAN;
      p += 3;
    } else if (matches("Inf", p, limit)) {
      special = Special.INFINITY;
      p += matches("Infinity", p, limit) ? 8 : 3;
    } else {
      throw new JsonSyntaxException("Invalid value.", at - from);
    }
    integral = false;
    end = p;
    return p;
  }

  private boolean matches(String token, int at, int limit) {
    if (limit - at < token.length()) {
      return false;
    }
    for (int i = 0; i < token.length(); i++) {
      if (source[at + i] != token.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** More digits than fit: keeps the 19 that matter, the others only count. */
  private void rescan(int firstDigit, int digitsEnd) {
    long w = 0;
    int kept = 0;
    for (int p = firstDigit; p < digitsEnd; p++) {
      int c = source[p];
      if (c == '.' || kept == 0 && c == '0') {
        continue;
      }
      if (kept < MAX_DIGITS) {
        w = w * 10 + (c - '0');
        kept++;
      } else {
        exponent++;
        truncated |= integral || c != '0';
      }
    }
    significand = w;
  }

  /** Whether it is written as an integer: no point, no exponent. */
  boolean isIntegral() {
    return integral;
  }

  double doubleValue() {
    if (special != Special.NONE) {
      return specialValue();
    }
    double value = DecimalToBinary.toDouble(significand, exponent);
    if (truncated && value != DecimalToBinary.toDouble(significand + 1, exponent)) {
      return Double.parseDouble(text());
    }
    return negative ? -value : value;
  }

  float floatValue() {
    if (special != Special.NONE) {
      return (float) specialValue();
    }
    float value = DecimalToBinary.toFloat(significand, exponent);
    if (truncated && value != DecimalToBinary.toFloat(significand + 1, exponent)) {
      return Float.parseFloat(text());
    }
    return negative ? -value : value;
  }

  private double specialValue() {
    if (special == Special.NAN) {
      return Double.NaN;
    }
    return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Whether it is written as an integer and lies in a signed range that includes zero. */
  boolean isIntegerWithin(long min, long max) {
    if (!integral || truncated) {
      return false;
    }
    return negative
        ? significand >= 0 && -significand >= min || isMinLong(min)
        : significand >= 0 && significand <= max;
  }

  private boolean isMinLong(long min) {
    return min == Long.MIN_VALUE && significand == Long.MIN_VALUE;
  }

  /** The value, for which {@link #isIntegerWithin} must hold. */
  long longValue() {
    return negative ? -significand : significand;
  }

  /** Whether it is written as an integer in 0..2^64-1. */
  boolean isUnsignedLong() {
    if (!integral) {
      return false;
    }
    if (!truncated) {
      return !negative || significand == 0;
    }
    if (negative || end - start != MAX_DIGITS + 1) {
      return false;
    }
    // 20 digits: at most 18446744073709551615
    int last = source[end - 1] - '0';
    long limit = Long.divideUnsigned(-1L, 10);
    return Long.compareUnsigned(significand, limit) < 0 || significand == limit && last <= 5;
  }

  /** The value as unsigned bits, for which {@link #isUnsignedLong} must hold. */
  long unsignedLongValue() {
    return truncated ? significand * 10 + (source[end - 1] - '0') : significand;
  }

  private String text() {
    return new String(source, start, end - start, StandardCharsets.US_ASCII);
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** Whether all eight bytes are ASCII digits. */
  private static boolean isEightDigits(long bytes) {
    return ((bytes + 0x4646464646464646L | bytes - 0x3030303030303030L) & 0x8080808080808080L) == 0;
  }

  /** The number that eight ASCII digits spell, the first in the lowest byte. */
  private static long eightDigits(long bytes) {
    long pairs = bytes - 0x3030303030303030L;
    pairs = pairs * 10 + (pairs >>> 8);
    long upper = (pairs & 0x000000FF000000FFL) * 0x000F424000000064L;
    long lower = (pairs >>> 16 & 0x000000FF000000FFL) * 0x0000271000000001L;
    return upper + lower >>> 32;
  }
}
