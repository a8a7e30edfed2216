package io.dunlin.gateway.http.json;

/**
 * Rounds {@code w * 10^q} to the nearest float or double, ties to even.
 *
 * <p>Small cases are exact in the hardware (W. D. Clinger, "How to read floating point numbers
 * accurately", 1990). The rest is the algorithm of M. Eisel and D. Lemire ("Number parsing at a
 * gigabyte per second", 2021): one or two 64-bit products with a 128-bit power of five decide every
 * {@code w} of 64 bits (N. Mushtak, D. Lemire, "Fast number parsing without fallback", 2023).
 */
final class DecimalToBinary {
  private static final double[] EXACT_DOUBLES = new double[23];
  private static final float[] EXACT_FLOATS = new float[11];

  static {
    double power = 1;
    for (int i = 0; i < EXACT_DOUBLES.length; i++) {
      EXACT_DOUBLES[i] = power;
      if (i < EXACT_FLOATS.length) {
        EXACT_FLOATS[i] = (float) power;
      }
      power *= 10;
    }
  }

  private DecimalToBinary() {}

  /**
   * @param w an unsigned 64-bit integer
   * @return the nearest double; infinity when it is too large
   */
  static double toDouble(long w, int q) {
    if (w >= 0 && w <= 1L << 53 && q >= -22 && q <= 22) {
      return q < 0 ? w / EXACT_DOUBLES[-q] : w * EXACT_DOUBLES[q];
    }
    return Double.longBitsToDouble(round(w, q, 52, -1023, 0x7ff, -4, 23));
  }

  /**
   * @param w an unsigned 64-bit integer
   * @return the nearest float; infinity when it is too large
   */
  static float toFloat(long w, int q) {
    if (w >= 0 && w <= 1L << 24 && q >= -10 && q <= 10) {
      return q < 0 ? w / EXACT_FLOATS[-q] : w * EXACT_FLOATS[q];
    }
    return Float.intBitsToFloat((int) round(w, q, 23, -127, 0xff, -17, 10));
  }

  /**
   * The bits of the nearest number of a binary format.
   *
   * @param fractionBits explicit bits of the significand
   * @param minExponent minus the bias of the exponent
   * @param infinity the exponent field of infinity
   * @param tieMin smallest q for which a product can lie exactly between two numbers
   * @param tieMax largest such q
   */
  private static long round(
      long w, int q, int fractionBits, int minExponent, int infinity, int tieMin, int tieMax) {
    if (w == 0 || q < PowersOfTen.MIN) {
      return 0;
    }
    long infinityBits = (long) infinity << fractionBits;
    if (q > 308) {
      return infinityBits;
    }
    int zeros = Long.numberOfLeadingZeros(w);
    long scaled = w << zeros;
    long powerLow = PowersOfTen.low(q);
    long powerHigh = PowersOfTen.high(q);
    if (q < 0 && ++powerLow == 0) {
      // the table rounds down, while the proof wants reciprocals rounded up
      powerHigh++;
    }
    long high = Math.unsignedMultiplyHigh(scaled, powerHigh);
    long low = scaled * powerHigh;
    long mask = -1L >>> (fractionBits + 3);
    if ((high & mask) == mask) {
      // the bits below could carry into those that matter
      long carry = Math.unsignedMultiplyHigh(scaled, powerLow);
      low += carry;
      if (Long.compareUnsigned(low, carry) < 0) {
        high++;
      }
    }
    int upperBit = (int) (high >>> 63);
    int shift = upperBit + 64 - fractionBits - 3;
    long mantissa = high >>> shift;
    int exponent = PowersOfTen.floorLog2(q) + 63 + upperBit - zeros - minExponent;
    if (exponent <= 0) {
      return subnormal(mantissa, exponent);
    }
    if (q >= tieMin
        && q <= tieMax
        && Long.compareUnsigned(low, 1) <= 0
        && (mantissa & 3) == 1
        && mantissa << shift == high) {
      mantissa &= ~1L;
    }
    mantissa = (mantissa + (mantissa & 1)) >>> 1;
    if (mantissa >= 2L << fractionBits) {
      mantissa >>>= 1;
      exponent++;
    }
    return exponent >= infinity
        ? infinityBits
        : (mantissa & ~(1L << fractionBits)) | (long) exponent << fractionBits;
  }

  /** A mantissa rounded up to the smallest normal number carries into the exponent by itself. */
  private static long subnormal(long mantissa, int exponent) {
    int drop = 1 - exponent;
    if (drop >= 64) {
      return 0;
    }
    long kept = mantissa >>> drop;
    return (kept + (kept & 1)) >>> 1;
  }
}
