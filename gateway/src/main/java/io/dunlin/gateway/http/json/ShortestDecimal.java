package io.dunlin.gateway.http.json;

/**
 * The shortest decimal that reads back as the same binary number, and among those the nearest to
 * it, as {@link #digits} times ten to the {@link #exponent}. Reused from number to number.
 *
 * <p>The algorithm is R. Giulietti's ("The Schubfach way to render doubles", 2020), with the widths
 * of the binary format as parameters, so that a half is as short as a half can be.
 */
final class ShortestDecimal {
  private static final long LOW_63 = Long.MAX_VALUE;

  /** Positive, without trailing zeros. */
  long digits;

  int exponent;

  /** For the bits of a finite positive double. */
  void ofDouble(long bits) {
    of(bits & (1L << 52) - 1, (int) (bits >>> 52), 52, 1075);
  }

  /** For the bits of a finite positive float. */
  void ofFloat(int bits) {
    of(bits & (1 << 23) - 1, bits >>> 23, 23, 150);
  }

  /** For the bits of a finite positive half (IEEE 754 binary16). */
  void ofHalf(int bits) {
    of(bits & (1 << 10) - 1, bits >>> 10, 10, 25);
  }

  /** For the bits of a finite positive bfloat16. */
  void ofBfloat16(int bits) {
    of(bits & (1 << 7) - 1, bits >>> 7, 7, 134);
  }

  /** The number is {@code fraction | hidden bit} times {@code 2^(biased - bias)}. */
  private void of(long fraction, int biased, int fractionBits, int bias) {
    boolean normal = biased > 0;
    long c = normal ? fraction | 1L << fractionBits : fraction;
    int q = (normal ? biased : 1) - bias;
    // just above a power of two, the neighbour below is only half as far away
    boolean irregular = fraction == 0 && biased > 1;
    round(c, q, irregular);
    while (digits % 10 == 0) {
      digits /= 10;
      exponent++;
    }
  }

  private void round(long c, int q, boolean irregular) {
    // k = floor(log10(2^q)), or floor(log10(3/4 * 2^q)): constants times 2^41
    int k = (int) (q * 661_971_961_083L - (irregular ? 274_743_187_321L : 0) >> 41);
    int h = q + PowersOfTen.floorLog2(-k) + 2;
    long powerHigh = PowersOfTen.high(-k);
    long powerLow = PowersOfTen.low(-k);
    // the 126-bit value rounded up, in two halves of 63 bits
    long g1 = powerHigh >>> 1;
    long g0 = ((powerLow >>> 2) | (powerHigh & 1) << 62) + 1;
    if (g0 < 0) {
      g0 = 0;
      g1++;
    }
    int odd = (int) (c & 1);
    long cb = c << 2;
    long value = scale(g1, g0, cb << h);
    long lower = scale(g1, g0, cb - (irregular ? 1 : 2) << h) + odd;
    long upper = scale(g1, g0, cb + 2 << h) - odd;
    long s = value >> 2;
    if (s >= 10) {
      long tens = s / 10 * 10;
      boolean down = lower <= tens << 2;
      boolean up = tens + 10 << 2 <= upper;
      if (down != up) {
        digits = down ? tens : tens + 10;
        exponent = k;
        return;
      }
    }
    boolean down = lower <= s << 2;
    boolean up = s + 1 << 2 <= upper;
    if (down == up) {
      long middle = value - (s + s + 1 << 1);
      down = middle < 0 || middle == 0 && (s & 1) == 0;
    }
    digits = down ? s : s + 1;
    exponent = k;
  }

  /** {@code g * x / 2^127} with the bits lost kept as a sticky lowest bit. */
  private static long scale(long g1, long g0, long x) {
    long low = Math.multiplyHigh(g0, x);
    long mid = (g1 * x >>> 1) + low;
    long high = Math.multiplyHigh(g1, x) + (mid >>> 63);
    return high | (mid & LOW_63) + LOW_63 >>> 63;
  }
}
