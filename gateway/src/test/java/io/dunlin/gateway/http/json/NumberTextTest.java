package io.dunlin.gateway.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.TensorBuffer;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {
  private static final int ROUNDS = 4_000;

  @Test
  void doublesAreReadAsTheJdkReadsThem() {
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertReadsAsJdk(Double.toString(value));
        assertReadsAsJdk(new BigDecimal(value).toString());
        // exactly half way to the next one, and just beside that
        BigDecimal half =
            new BigDecimal(value).add(new BigDecimal(Math.ulp(value)).divide(BigDecimal.TWO));
        assertReadsAsJdk(half.toString());
        assertReadsAsJdk(half + (half.scale() > 0 ? "1" : ""));
      }
    }
  }

  @Test
  void floatsAreReadAsTheJdkReadsThem() {
    Random random = new Random(2);
    for (int i = 0; i < ROUNDS; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        assertReadsAsJdk(Float.toString(value));
        assertReadsAsJdk(Double.toString(value));
        BigDecimal half =
            new BigDecimal(value).add(new BigDecimal(Math.ulp(value)).divide(BigDecimal.TWO));
        assertReadsAsJdk(half.toString());
        assertReadsAsJdk(half.toPlainString());
        assertReadsAsJdk(half + (half.scale() > 0 ? "1" : ""));
      }
    }
  }

  @Test
  void numbersOfEveryLengthAreReadAsTheJdkReadsThem() {
    Random random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
      text.append(1 + random.nextInt(9));
      digits(random, text, random.nextInt(25));
      if (random.nextBoolean()) {
        text.append('.');
        digits(random, text, 1 + random.nextInt(30));
      }
      if (random.nextBoolean()) {
        text.append(random.nextBoolean() ? "e" : "E-").append(random.nextInt(330));
      }
      assertReadsAsJdk(text.toString());
    }
  }

  private static void digits(Random random, StringBuilder text, int count) {
    for (int i = 0; i < count; i++) {
      text.append((char) ('0' + random.nextInt(10)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "-0.0",
        "1e400",
        "-1e400",
        "1e-400",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e39",
        "3.4028235e38",
        "3.4028236e38",
        "3.40282357e38",
        "1.4e-45",
        "7.0e-46",
        "7.1e-46",
        "1e-999999",
        "1e999999999999",
        "0e999999",
        "9007199254740993",
        "9007199254740992.99999999999999999999",
        "0.00000000000000000000000000000000000000000000000000000000000000001e70",
        "123456789012345678901234567890",
        "18446744073709551616",
        "1e22",
        "1e23",
        "8.5e-17",
        "16777217",
        "16777219",
        "33554435",
        "100000000000000000000000e-23",
        "5e-1",
        "0.1e1"
      })
  void numbersAtTheEdgesAreReadAsTheJdkReadsThem(String text) {
    assertReadsAsJdk(text);
  }

  @Test
  void floatsArePrintedShortestAndReadBackEqual() {
    Random random = new Random(4);
    for (int i = 0; i < ROUNDS; i++) {
      float value = i % 3 == 0 ? random.nextFloat() : Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        String text = text(value);
        assertThat(Float.parseFloat(text)).isEqualTo(Float.valueOf(value));
        assertThat(significantDigits(text)).isEqualTo(significantDigits(Float.toString(value)));
      }
    }
  }

  @Test
  void doublesArePrintedShortestAndReadBackEqual() {
    Random random = new Random(5);
    for (int i = 0; i < ROUNDS; i++) {
      double value = i % 3 == 0 ? random.nextDouble() : Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String text = text(value);
        assertThat(Double.parseDouble(text)).isEqualTo(Double.valueOf(value));
        assertThat(significantDigits(text)).isEqualTo(significantDigits(Double.toString(value)));
      }
    }
  }

  /** The JDK prints at least two digits (4.9E-324 is 5e-324 too), so compare values when fewer. */
  private static String significantDigits(String text) {
    BigDecimal value = new BigDecimal(text).stripTrailingZeros();
    return value.precision() <= 2 ? "" : value.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-2.5, -2.5",
    "0.1, 0.1",
    "3e-5, 3e-05",
    "9e6, 9e+06",
    "999999, 999999.0",
    "1000000, 1e+06",
    "16777216, 16777216.0",
    "1234567, 1234567.0",
    "0.0001, 0.0001",
    "0.00012345, 0.00012345",
    "0.00001, 1e-05",
    "1e10, 1e+10",
    "3.4028235e38, 3.4028235e+38",
    "1.4e-45, 1e-45",
    "1.17549435E-38, 1.1754944e-38",
    "0.33333334, 0.33333334",
    "123.456, 123.456",
    "1.5e-7, 1.5e-07",
    "NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity"
  })
  void floatsLookAsTensorFlowServingPrintsThem(float value, String text) {
    assertThat(text(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "9e6, 9000000.0",
    "1e15, 1e+15",
    "999999999999999, 999999999999999.0",
    "1234567890123456, 1234567890123456.0",
    "1e22, 1e+22",
    "0.1, 0.1",
    "3e-5, 3e-05",
    "4.9e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2.5, 2.5",
    "2.2250738585072014E-308, 2.2250738585072014e-308",
    "1e100, 1e+100"
  })
  void doublesLookAsTensorFlowServingPrintsThem(double value, String text) {
    assertThat(text(value)).isEqualTo(text);
  }

  @Test
  void everyHalfIsPrintedAndReadBackEqual() {
    for (int bits = 0; bits < 0x10000; bits += 3) {
      if (Float.isNaN(HalfFloats.halfValue(bits))) {
        continue;
      }
      JsonWriter out = new JsonWriter(32);
      out.half(bits);
      double value = reader(written(out)).readDouble();
      assertThat(HalfFloats.halfBits(value)).isEqualTo(bits);
    }
  }

  @Test
  void everyBfloat16IsPrintedAndReadBackEqual() {
    for (int bits = 0; bits < 0x10000; bits += 3) {
      if (Float.isNaN(HalfFloats.bfloat16Value(bits))) {
        continue;
      }
      JsonWriter out = new JsonWriter(32);
      out.bfloat16(bits);
      double value = reader(written(out)).readDouble();
      assertThat(HalfFloats.bfloat16Bits(value)).isEqualTo(bits);
    }
  }

  @Test
  void halvesAreRoundedOnce() {
    // half way between 1 and the next half, and a little more: a detour over float would lose that
    assertThat(HalfFloats.halfBits(1.00048828125)).isEqualTo(0x3c00);
    assertThat(HalfFloats.halfBits(1.0004882812501)).isEqualTo(0x3c01);
    assertThat(HalfFloats.halfBits(0.1)).isEqualTo(0x2e66);
    assertThat(HalfFloats.bfloat16Bits(1.00390625)).isEqualTo(0x3f80);
    assertThat(HalfFloats.bfloat16Bits(1.0039062500001)).isEqualTo(0x3f81);
    assertThat(HalfFloats.halfBits(1e9)).isEqualTo(0x7c00);
    assertThat(HalfFloats.bfloat16Bits(Double.NaN)).isEqualTo(0x7fc0);
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        9,
        10,
        99,
        100,
        101,
        12345,
        999_999_999L,
        1_000_000_000L,
        2147483647L,
        2147483648L,
        99_999_999_999L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -1,
        -10,
        -12345678901L
      })
  void integersArePrintedDigitByDigit(long value) {
    JsonWriter signed = new JsonWriter(1);
    signed.number(value);
    assertThat(written(signed)).isEqualTo(Long.toString(value));
    assertThat(reader(written(signed)).readLong()).isEqualTo(value);
    JsonWriter unsigned = new JsonWriter(1);
    unsigned.unsignedNumber(value);
    assertThat(written(unsigned)).isEqualTo(Long.toUnsignedString(value));
    assertThat(element(written(unsigned), DataType.UINT64)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "int8, -128, 127, -129, 128",
    "uint8, 0, 255, -1, 256",
    "int16, -32768, 32767, -32769, 32768",
    "uint16, 0, 65535, -1, 65536",
    "int32, -2147483648, 2147483647, -2147483649, 2147483648",
    "uint32, 0, 4294967295, -1, 4294967296",
    "int64, -9223372036854775808, 9223372036854775807, -9223372036854775809, 9223372036854775808",
    "uint64, 0, 18446744073709551615, -1, 18446744073709551616"
  })
  void integersOutsideTheTypesRangeAreRefused(
      String label, String min, String max, String below, String above) {
    DataType dtype = DataType.valueOf(label.toUpperCase(Locale.ROOT));
    element(min, dtype);
    element(max, dtype);
    for (String bad :
        new String[] {
          below,
          above,
          "1.0",
          "1e0",
          "-1.5",
          "NaN",
          "true",
          "null",
          "\"1\"",
          "[1]",
          "123456789012345678901234567890",
          "184467440737095516150"
        }) {
      assertThatThrownBy(() -> element(bad, dtype))
          .isInstanceOf(JsonTypeException.class)
          .hasMessageContaining("is not of expected type: " + label)
          .hasMessageContaining("JSON Value: " + bad);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "--1", "-01", "Nan", "Infinit", "-I",
        "0x10", "1.5.2"
      })
  void malformedNumbersAreSyntaxErrors(String text) {
    assertThatThrownBy(() -> reader("[" + text + "]").skipValue())
        .isInstanceOf(JsonSyntaxException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NaN",
    "-NaN, NaN",
    "Infinity, Infinity",
    "-Infinity, -Infinity",
    "Inf, Infinity",
    "-Inf, -Infinity"
  })
  void bareSpecialTokensAreNumbers(String token, double value) {
    assertThat(reader(token).readDouble()).isEqualTo(Double.valueOf(value));
    assertThat(Float.intBitsToFloat((int) element(token, DataType.FLOAT)))
        .isEqualTo(Float.valueOf((float) value));
  }

  private static void assertReadsAsJdk(String text) {
    assertThat(reader(text).readDouble()).as(text).isEqualTo(Double.valueOf(text));
    assertThat(Float.intBitsToFloat((int) element(text, DataType.FLOAT)))
        .as(text)
        .isEqualTo(Float.valueOf(text));
  }

  private static long element(String text, DataType dtype) {
    TensorBuffer out = new TensorBuffer(dtype, 8, 8);
    new ElementReader(reader(text), true).readElement(dtype, out);
    ByteBuffer bytes = out.toTensor().bytes();
    return switch (bytes.remaining()) {
      case 1 -> bytes.get();
      case 2 -> bytes.getShort();
      case 4 -> bytes.getInt();
      default -> bytes.getLong();
    };
  }

  private static String text(float value) {
    JsonWriter out = new JsonWriter(1);
    out.number(value);
    return written(out);
  }

  private static String text(double value) {
    JsonWriter out = new JsonWriter(1);
    out.number(value);
    return written(out);
  }

  private static String written(JsonWriter out) {
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }

  private static JsonReader reader(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length);
  }
}
