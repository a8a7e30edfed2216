package io.dunlin.gateway.http.json;

import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * Reads JSON scalars as tensor elements, strictly by token as TensorFlow Serving and Triton do.
 *
 * <table>
 * <caption>What an element type accepts</caption>
 * <tr><td>float, double, half, bfloat16</td><td>any number and the bare NaN and infinity tokens;
 *     too large becomes infinite, too small zero</td></tr>
 * <tr><td>int8 to uint64</td><td>a number written as an integer, within the type's range</td></tr>
 * <tr><td>bool</td><td>{@code true}, {@code false}</td></tr>
 * <tr><td>string</td><td>a string; if allowed also {@code {"b64": "..."}}, base64 with or without
 *     padding</td></tr>
 * <tr><td>complex64, complex128</td><td>nothing</td></tr>
 * </table>
 *
 * <p>Anything else, {@code null} included, is a {@link JsonTypeException}.
 */
public final class ElementReader {
  private final JsonReader in;
  private final boolean base64Objects;

  /**
   * @param base64Objects whether a string may be written as a {@code b64} object
   */
  public ElementReader(JsonReader in, boolean base64Objects) {
    this.in = in;
    this.base64Objects = base64Objects;
  }

  /** Whether elements of this type can be written in JSON at all. */
  public static boolean supports(DataType dtype) {
    return dtype != DataType.COMPLEX64 && dtype != DataType.COMPLEX128;
  }

  /** Reads the scalar at hand and appends it. */
  public void readElement(DataType dtype, TensorBuffer out) {
    switch (dtype) {
      case FLOAT -> out.putFloat(number(dtype).floatValue());
      case DOUBLE -> out.putDouble(number(dtype).doubleValue());
      case HALF -> out.putShort(HalfFloats.halfBits(number(dtype).doubleValue()));
      case BFLOAT16 -> out.putShort(HalfFloats.bfloat16Bits(number(dtype).doubleValue()));
      case INT8 -> out.putByte((int) integer(dtype, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> out.putByte((int) integer(dtype, 0, 0xff));
      case INT16 -> out.putShort((int) integer(dtype, Short.MIN_VALUE, Short.MAX_VALUE));
      case UINT16 -> out.putShort((int) integer(dtype, 0, 0xffff));
      case INT32 -> out.putInt((int) integer(dtype, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32 -> out.putInt((int) integer(dtype, 0, 0xffff_ffffL));
      case INT64 -> out.putLong(integer(dtype, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT64 -> out.putLong(unsignedLong());
      case BOOL -> out.putByte(bool() ? 1 : 0);
      case STRING -> readStringElement(out);
      case COMPLEX64, COMPLEX128 -> throw mismatch(dtype);
    }
  }

  /**
   * Reads the array at hand element by element, as long as its elements are no arrays themselves.
   * The array must have been entered, with an element at hand.
   *
   * @return the number of elements read if the array ended; its complement ({@code ~count}) if a
   *     nested array is at hand
   */
  public int readRun(DataType dtype, TensorBuffer out) {
    int count = 0;
    do {
      if (in.skipSpace() == '[') {
        return ~count;
      }
      readElement(dtype, out);
      count++;
    } while (in.nextElement());
    return count;
  }

  /**
   * Reads the value at hand, a scalar or an array nested in any way, flattened in reading order.
   *
   * @param maxDepth most levels of arrays
   */
  public void readFlat(DataType dtype, TensorBuffer out, int maxDepth) {
    if (in.kind() != Kind.ARRAY) {
      readElement(dtype, out);
      return;
    }
    int depth = 0;
    // whether a value is at hand; if not, the innermost open array has just ended
    boolean value = true;
    do {
      if (!value) {
        depth--;
        value = depth > 0 && in.nextElement();
      } else if (in.skipSpace() == '[') {
        if (++depth > maxDepth) {
          throw new JsonTypeException("arrays nested in more than " + maxDepth + " levels");
        }
        value = in.enterArray();
      } else {
        value = readRun(dtype, out) < 0;
      }
    } while (depth > 0);
  }

  private NumberToken number(DataType dtype) {
    if (in.kind() != Kind.NUMBER) {
      throw mismatch(dtype);
    }
    return in.scanNumber();
  }

  private long integer(DataType dtype, long min, long max) {
    if (in.kind() != Kind.NUMBER) {
      throw mismatch(dtype);
    }
    int start = in.position();
    NumberToken token = in.scanNumber();
    if (!token.isIntegerWithin(min, max)) {
      throw in.mismatch(start, dtype.label());
    }
    return token.longValue();
  }

  private long unsignedLong() {
    if (in.kind() != Kind.NUMBER) {
      throw mismatch(DataType.UINT64);
    }
    int start = in.position();
    NumberToken token = in.scanNumber();
    if (!token.isUnsignedLong()) {
      throw in.mismatch(start, DataType.UINT64.label());
    }
    return token.unsignedLongValue();
  }

  private boolean bool() {
    if (in.kind() != Kind.BOOL) {
      throw mismatch(DataType.BOOL);
    }
    return in.scanBoolean();
  }

  private void readStringElement(TensorBuffer out) {
    Kind kind = in.kind();
    if (kind == Kind.STRING) {
      in.scanStringInto(out);
    } else if (kind == Kind.OBJECT && base64Objects) {
      ByteBuffer decoded = readBase64Object();
      out.putString(decoded.array(), decoded.arrayOffset(), decoded.remaining());
    } else {
      throw mismatch(DataType.STRING);
    }
  }

  /**
   * Reads an object with the single key {@code b64} and base64 text as its value.
   *
   * @return the decoded bytes, in an array of their own
   */
  public ByteBuffer readBase64Object() {
    int start = in.position();
    if (!in.enterObject() || !in.keyEquals("b64") || in.kind() != Kind.STRING) {
      throw in.mismatch(start, DataType.STRING.label());
    }
    int valueStart = in.position();
    ByteBuffer decoded = decodeBase64(in.scanString(), valueStart);
    if (in.nextMember()) {
      throw in.mismatch(start, DataType.STRING.label());
    }
    return decoded;
  }

  private ByteBuffer decodeBase64(StringToken token, int start) {
    byte[] text = token.bytes();
    ByteBuffer encoded = ByteBuffer.wrap(text, token.offset(), token.length());
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      byte[] dense = withoutLineBreaks(text, token.offset(), token.length());
      try {
        return ByteBuffer.wrap(Base64.getDecoder().decode(dense));
      } catch (IllegalArgumentException stillBad) {
        throw new JsonTypeException(
            "JSON Value: " + in.excerpt(start) + " is not base64: " + stillBad.getMessage());
      }
    }
  }

  /** Some encoders break lines; those breaks mean nothing. */
  private static byte[] withoutLineBreaks(byte[] text, int offset, int length) {
    byte[] dense = new byte[length];
    int count = 0;
    for (int i = offset; i < offset + length; i++) {
      if (text[i] != '\n' && text[i] != '\r') {
        dense[count++] = text[i];
      }
    }
    return Arrays.copyOf(dense, count);
  }

  private JsonTypeException mismatch(DataType dtype) {
    return in.mismatch(in.position(), dtype.label());
  }
}
