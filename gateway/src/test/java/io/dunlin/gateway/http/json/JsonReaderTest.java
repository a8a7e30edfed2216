package io.dunlin.gateway.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void membersAreVisitedInOrderAndUnwantedOnesSkipped() {
    JsonReader in =
        reader(" { \"a\" : [1, {\"b\": [[], {}, null]}] , \"id\" :\"x\\u00e9\" , \"t\":true} rest");
    List<String> keys = new ArrayList<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      if (in.keyEquals("id")) {
        keys.add("id=" + in.readString());
      } else {
        keys.add(in.key());
        in.skipValue();
      }
    }
    assertThat(keys).containsExactly("a", "id=x\u00e9", "t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[[],[]]",
        "\"\"",
        "0",
        "true",
        "false",
        "null",
        "[1,2]",
        "{\"a\":{}}",
        "[{\"a\":[1,{\"b\":[]}]},[[[]]],\"x\"]",
        "\t[\r\n1 ,2 ]",
        "\"\\ud83d\\ude00\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"",
        "[NaN,Infinity,-Inf,1.5e-7]",
        "1 trailing"
      })
  void wellFormedValuesAreSkippedWhole(String text) {
    JsonReader in = reader(text);
    in.skipValue();
    assertThat(in.position()).isEqualTo(text.replace(" trailing", "").length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "[1}",
        "{\"a\":1]",
        "tru",
        "nul",
        "truth",
        "\"abc",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"a\nb\"",
        "'a'",
        "]",
        "}",
        ":",
        "\"\\",
        "\"\\u",
        "{\"a\":1",
        "{\"a\"",
        "{\"",
        "#",
        "\u00e9"
      })
  void malformedDocumentsNameReasonAndOffset(String text) {
    assertThatThrownBy(() -> reader(text).skipValue())
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessageMatching("(?s)[A-Z].*\\. At offset: \\d+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n\t "})
  void emptyDocumentsSaySo(String text) {
    assertThatThrownBy(() -> reader(text).skipValue())
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessage("The document is empty");
  }

  @Test
  void everyPrefixOfADocumentIsASyntaxError() {
    String text =
        "{\"a\":[1.5,-2e3,true,null,\"x\\n\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":{}},\"d\":Infinity}";
    for (int length = 0; length < text.length(); length++) {
      String prefix = text.substring(0, length);
      assertThatThrownBy(() -> reader(prefix).skipValue())
          .as(prefix)
          .isInstanceOf(JsonSyntaxException.class);
    }
  }

  @Test
  void halfAMillionLevelsNeedNoStack() {
    int depth = 500_000;
    JsonReader in = reader("[".repeat(depth) + "]".repeat(depth));
    in.skipValue();
    assertThat(in.remaining()).isZero();
    assertThatThrownBy(() -> reader("[".repeat(depth)).skipValue())
        .isInstanceOf(JsonSyntaxException.class);
    JsonReader objects = reader("{\"a\":[".repeat(1000) + "1" + "]}".repeat(1000));
    objects.skipValue();
    assertThat(objects.remaining()).isZero();
  }

  @Test
  void readingStaysWithinItsPartOfTheArray() {
    byte[] bytes = "xx[1,2]3]".getBytes(StandardCharsets.US_ASCII);
    JsonReader in = new JsonReader(bytes, 2, 4);
    assertThatThrownBy(in::skipValue)
        .isInstanceOf(JsonSyntaxException.class)
        .hasMessage("The document ends too early. At offset: 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | OBJECT",
        "[] | ARRAY",
        "\"\" | STRING",
        "-1 | NUMBER",
        "true | BOOL",
        "null | NULL"
      })
  void kindIsToldWithoutMoving(String text, Kind kind) {
    JsonReader in = reader(text);
    assertThat(in.kind()).isEqualTo(kind);
    in.skipValue();
    assertThat(in.remaining()).isZero();
  }

  @Test
  void askingForAnotherKindShowsTheValue() {
    assertThatThrownBy(() -> reader(" [1, 2]").readString())
        .isInstanceOf(JsonTypeException.class)
        .hasMessage("JSON Value: [1, 2] Type: Array is not of expected type: String");
    assertThatThrownBy(() -> reader("\"" + "x".repeat(100) + "\"").readLong())
        .isInstanceOf(JsonTypeException.class)
        .hasMessageStartingWith("JSON Value: \"xxx")
        .hasMessageContaining("x... Type: String");
    assertThatThrownBy(() -> reader("1.5").readLong()).isInstanceOf(JsonTypeException.class);
    assertThatThrownBy(() -> reader("1").readBoolean()).isInstanceOf(JsonTypeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"b64\":\"AA==\"} | true",
        "{ \"b64\" : \"\" } | true",
        "{\"b64\":1} | false",
        "{\"b64\":\"\",\"c\":1} | false",
        "{\"c\":\"\"} | false",
        "{} | false",
        "[] | false",
        "\"b64\" | false"
      })
  void base64ObjectsAreRecognised(String text, boolean expected) {
    JsonReader in = reader(text);
    assertThat(in.isBase64Object()).isEqualTo(expected);
    assertThat(in.position()).isZero();
  }

  @Test
  void arraysNestedInAnyWayAreFlattened() {
    assertThat(flat("[1,[2,[3,[]],[[4]]],[],5]", DataType.INT32, 100))
        .isEqualTo(ints(1, 2, 3, 4, 5));
    assertThat(flat("[[[]]]", DataType.INT32, 100)).isEqualTo(ints());
    assertThat(flat("[]", DataType.INT32, 100)).isEqualTo(ints());
    assertThat(flat("7", DataType.INT32, 100)).isEqualTo(ints(7));
    assertThat(flat("[".repeat(100) + "1" + "]".repeat(100), DataType.INT32, 100))
        .isEqualTo(ints(1));
    assertThatThrownBy(() -> flat("[".repeat(101), DataType.INT32, 100))
        .isInstanceOf(JsonTypeException.class)
        .hasMessageContaining("more than 100 levels");
    assertThatThrownBy(() -> flat("[1,[2}", DataType.INT32, 100))
        .isInstanceOf(JsonSyntaxException.class);
  }

  @Test
  void aBufferThatFillsUpStopsTheReading() {
    assertThatThrownBy(() -> flat("[1,2,3,4,5]", DataType.INT32, 100, 16))
        .isInstanceOf(TensorTooLargeException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"b64\":\"aGVsbG8=\"} | hello", "{\"b64\":\"aGVsbG8\"} | hello", "{\"b64\":\"\"} | ''",
        "{\"b64\":\"aGVs\\nbG8=\"} | hello", "\"hello\" | hello", "\"\\u0068ello\" | hello",
        "\"\" | ''", "\"h\\u00e9\\ud83d\\ude00\" | h\u00e9\ud83d\ude00", "\"{}\" | {}"
      })
  void stringElementsAreTextOrBase64(String json, String text) {
    Tensor tensor = flat(json, DataType.STRING, 1);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    TensorBuffer expected = new TensorBuffer(DataType.STRING, 64, 64);
    expected.putString(utf8, 0, utf8.length);
    assertThat(tensor).isEqualTo(expected.toTensor(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "true",
        "null",
        "{}",
        "{\"b64\":1}",
        "{\"b64\":\"AA==\",\"x\":1}",
        "{\"b65\":\"\"}",
        "{\"b64\":\"*\"}",
        "{\"b64\":\"A\"}",
        "{\"b64\":\"-_==\"}"
      })
  void whatIsNoStringIsRefusedAsAStringElement(String json) {
    assertThatThrownBy(() -> flat(json, DataType.STRING, 1)).isInstanceOf(JsonTypeException.class);
  }

  @Test
  void base64ObjectsAreRefusedWhereTheyMeanNothing() {
    TensorBuffer out = new TensorBuffer(DataType.STRING, 16, 16);
    ElementReader plain = new ElementReader(reader("{\"b64\":\"AA==\"}"), false);
    assertThatThrownBy(() -> plain.readElement(DataType.STRING, out))
        .isInstanceOf(JsonTypeException.class);
    assertThatThrownBy(() -> flat("{\"b64\":\"AA==\"}", DataType.FLOAT, 1))
        .isInstanceOf(JsonTypeException.class)
        .hasMessageContaining("is not of expected type: float");
  }

  @Test
  void complexNumbersHaveNoJsonForm() {
    assertThat(ElementReader.supports(DataType.COMPLEX64)).isFalse();
    assertThatThrownBy(() -> flat("[1]", DataType.COMPLEX64, 1))
        .isInstanceOf(JsonTypeException.class);
  }

  private static Tensor ints(int... values) {
    TensorBuffer out = new TensorBuffer(DataType.INT32, 64, 64);
    for (int value : values) {
      out.putInt(value);
    }
    return out.toTensor(values.length);
  }

  private static Tensor flat(String text, DataType dtype, int maxDepth) {
    return flat(text, dtype, maxDepth, 1 << 20);
  }

  private static Tensor flat(String text, DataType dtype, int maxDepth, int maxBytes) {
    JsonReader in = reader(text);
    TensorBuffer out = new TensorBuffer(dtype, 16, maxBytes);
    new ElementReader(in, true).readFlat(dtype, out, maxDepth);
    assertThat(in.remaining()).isZero();
    return out.toTensor(out.elements());
  }

  private static JsonReader reader(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonReader(bytes, 0, bytes.length);
  }
}
