package io.dunlin.gateway.http.json;

import java.math.BigInteger;

/**
 * Powers of ten to 128 bits: for each exponent {@code e}, the integer {@code floor(10^e * 2^s)}
 * with the {@code s} that puts it into {@code [2^127, 2^128)}. Both directions between decimal and
 * binary multiply by one of them.
 */
final class PowersOfTen {
  /** The smallest exponent whose product with a 64-bit integer is not a double's zero. */
  static final int MIN = -342;

  /** The largest exponent that printing the smallest subnormal double needs. */
  static final int MAX = 324;

  private static final long[] HIGH = new long[MAX - MIN + 1];
  private static final long[] LOW = new long[MAX - MIN + 1];

  static {
    BigInteger power = BigInteger.ONE;
    for (int e = 0; e <= Math.max(MAX, -MIN); e++) {
      int bits = power.bitLength();
      if (e <= MAX) {
        set(e, bits <= 128 ? power.shiftLeft(128 - bits) : power.shiftRight(bits - 128));
      }
      if (e > 0 && -e >= MIN) {
        set(-e, BigInteger.ONE.shiftLeft(127 + bits).divide(power));
      }
      power = power.multiply(BigInteger.TEN);
    }
  }

  private PowersOfTen() {}

  private static void set(int e, BigInteger value) {
    HIGH[e - MIN] = value.shiftRight(64).longValue();
    LOW[e - MIN] = value.longValue();
  }

  /** The upper 64 bits; the first of them is set. */
  static long high(int e) {
    return HIGH[e - MIN];
  }

  /** The lower 64 bits, rounded down. */
  static long low(int e) {
    return LOW[e - MIN];
  }

  /** {@code floor(log2(10^e))}, for |e| up to 1000 and more. */
  static int floorLog2(int e) {
    // log2(10) * 2^38, rounded down
    return (int) (e * 913_124_641_741L >> 38);
  }
}
