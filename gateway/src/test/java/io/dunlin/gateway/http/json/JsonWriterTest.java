package io.dunlin.gateway.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.gateway.http.json.ElementWriter.Strings;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JsonWriterTest {
  @Test
  void stringsAreEscapedAsJsonWantsIt() {
    JsonWriter out = new JsonWriter(1);
    out.string("a\"b\\c/d\b\f\n\r\t\u0000\u001f\u007f\u00e9\ud83d\ude00 and a longer plain end");
    assertThat(written(out))
        .isEqualTo(
            "\"a\\\"b\\\\c/d\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u00e9\ud83d\ude00"
                + " and a longer plain end\"");
  }

  @ParameterizedTest
  @CsvSource({
    "61, true",
    "c3a9, true",
    "e282ac, true",
    "f09f9880, true",
    "'', true",
    "ff, false",
    "c3, false",
    "c080, false",
    "e08080, false",
    "eda080, false",
    "f4908080, false",
    "f08080, false",
    "80, false",
    "61616161616161616161c3, false",
    "e282, false",
    "f09f98ff, false",
    "ee8080, true",
    "f5808080, false"
  })
  void onlyUtf8IsWrittenAsText(String hex, boolean valid) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    JsonWriter out = new JsonWriter(1);
    out.raw('x');
    assertThat(out.utf8String(bytes, 0, bytes.length)).isEqualTo(valid);
    assertThat(written(out))
        .isEqualTo(valid ? "x\"" + new String(bytes, StandardCharsets.UTF_8) + "\"" : "x");
  }

  @Test
  void validityAgreesWithTheJdkOnRandomBytes() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(5)];
      random.nextBytes(bytes);
      String decoded = new String(bytes, StandardCharsets.UTF_8);
      assertThat(Utf8.isValid(bytes, 0, bytes.length))
          .isEqualTo(Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes));
    }
  }

  @Test
  void elementsAreNestedByTheirSizes() {
    TensorBuffer values = new TensorBuffer(DataType.INT32, 64, 64);
    for (int i = 1; i <= 6; i++) {
      values.putInt(i);
    }
    Tensor tensor = values.toTensor(3, 2, 1);
    assertThat(nested(tensor)).isEqualTo("[[[1],[2]],[[3],[4]],[[5],[6]]]");
    assertThat(nested(tensor.rows(1, 2))).isEqualTo("[[[3],[4]]]");
    assertThat(nested(tensor.reshape(6))).isEqualTo("[1,2,3,4,5,6]");
    assertThat(nested(tensor.rows(0, 0))).isEqualTo("[]");
    assertThat(nested(Tensor.of(DataType.FLOAT, new long[] {2, 0}, new byte[0])))
        .isEqualTo("[[],[]]");
    assertThat(nested(Tensor.of(DataType.BOOL, new long[0], new byte[] {1}))).isEqualTo("true");
  }

  @Test
  void stringElementsAreTextOrBase64AsChosen() {
    TensorBuffer values = new TensorBuffer(DataType.STRING, 64, 64);
    values.putString(new byte[] {'h', 'i'}, 0, 2);
    values.putString(new byte[] {(byte) 0xff}, 0, 1);
    Tensor tensor = values.toTensor(2);
    assertThat(nested(tensor, Strings.TEXT_OR_BASE64)).isEqualTo("[\"hi\",{\"b64\":\"/w==\"}]");
    assertThat(nested(tensor, Strings.BASE64)).isEqualTo("[{\"b64\":\"aGk=\"},{\"b64\":\"/w==\"}]");
    assertThatThrownBy(() -> nested(tensor, Strings.TEXT))
        .isInstanceOf(JsonTypeException.class)
        .hasMessageContaining("UTF-8");
  }

  @Test
  void complexTensorsAreRefusedByName() {
    Tensor tensor = Tensor.of(DataType.COMPLEX64, new long[] {1}, new byte[8]);
    assertThatThrownBy(() -> nested(tensor))
        .isInstanceOf(JsonTypeException.class)
        .hasMessage("Failed to write JSON value for tensor type: complex64");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMPLEX64", "COMPLEX128"})
  void randomTensorsOfEveryTypeComeBackEqual(DataType dtype) {
    Random random = new Random(dtype.number());
    for (int round = 0; round < 20; round++) {
      Tensor tensor = RandomTensors.tensor(random, dtype, random.nextInt(3), random.nextInt(4));
      String text = nested(tensor, Strings.TEXT_OR_BASE64);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      JsonReader in = new JsonReader(bytes, 0, bytes.length);
      TensorBuffer back = new TensorBuffer(dtype, 16, 1 << 16);
      new ElementReader(in, true).readFlat(dtype, back, 100);
      assertThat(back.toTensor(tensor.dims())).as(text).isEqualTo(tensor);
    }
  }

  private static String nested(Tensor tensor) {
    return nested(tensor, Strings.TEXT_OR_BASE64);
  }

  private static String nested(Tensor tensor, Strings strings) {
    JsonWriter out = new JsonWriter(ElementWriter.expectedBytes(tensor));
    new ElementWriter(out, tensor, strings).writeNested(tensor, 0);
    return written(out);
  }

  private static String written(JsonWriter out) {
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }
}
