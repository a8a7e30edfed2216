package io.dunlin.gateway.http.json;

/** The two 16-bit float formats, as bits in the low half of an int. */
public final class HalfFloats {
  private HalfFloats() {}

  /** The nearest half (IEEE 754 binary16), ties to even. */
  public static int halfBits(double value) {
    return Double.isNaN(value) ? 0x7e00 : Float.floatToFloat16(roundToOdd(value)) & 0xffff;
  }

  /** The nearest bfloat16, ties to even. */
  public static int bfloat16Bits(double value) {
    if (Double.isNaN(value)) {
      return 0x7fc0;
    }
    int bits = Float.floatToRawIntBits(roundToOdd(value));
    return bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
  }

  public static float halfValue(int bits) {
    return Float.float16ToFloat((short) bits);
  }

  public static float bfloat16Value(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * A float on the same side of every shorter number as the double: rounding twice to nearest could
   * end one step off (S. Boldo, G. Melquiond, "When double rounding is odd", 2005).
   */
  private static float roundToOdd(double value) {
    float nearest = (float) value;
    int bits = Float.floatToRawIntBits(nearest);
    if (nearest == value || Double.isNaN(value) || (bits & 1) != 0) {
      return nearest;
    }
    boolean tooFar = Math.abs((double) nearest) > Math.abs(value);
    return Float.intBitsToFloat(tooFar ? bits - 1 : bits + 1);
  }
}
