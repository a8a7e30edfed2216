package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.FakeModels.signature;
import static io.dunlin.gateway.http.openinference.FakeModels.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTest {
  private final Fixture fixture = new Fixture();

  private Fixture.Answer classify(String model, String datatype, String shape, String data, int k) {
    return fixture.infer(
        model,
        "{\"inputs\":[{\"name\":\"x\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}],"
                .formatted(shape, datatype, data)
            + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":%d}}]}"
                .formatted(k));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32   | [0.1,0.7,0.2]        | 2 | ['0.700000:1','0.200000:2']",
        "FP32   | [1,1,2]              | 3 | ['2.000000:2','1.000000:0','1.000000:1']",
        "FP32   | [NaN,-Infinity,Infinity,-0] | 4 |" + " ['inf:2','-0.000000:3','-inf:1','nan:0']",
        "FP64   | [1e-7,5e-7,-1e-9]    | 3 | ['0.000000:1','0.000000:0','-0.000000:2']",
        "FP64   | [123456789.1234567]  | 1 | ['123456789.123457:0']",
        "INT8   | [-5,3,0]             | 2 | ['3:1','0:2']",
        "INT64  | [9007199254740993,9007199254740992] | 2 |"
            + " ['9007199254740993:0','9007199254740992:1']",
        "UINT8  | [200,100]            | 1 | ['200:0']",
        "UINT32 | [1,4294967295]       | 1 | ['4294967295:1']",
        "UINT64 | [1,18446744073709551615] | 9 | ['18446744073709551615:1','1:0']",
      })
  void theLargestElementsComeFirst(String datatype, String data, int k, String expected) {
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    int count = data.split(",").length;
    Fixture.Answer answer =
        classify("identity_" + dtype.label(), datatype, "[1," + count + "]", data, k);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/outputs/0/datatype").asText()).isEqualTo("BYTES");
    assertThat(answer.json().at("/outputs/0/shape").toString())
        .isEqualTo("[1," + Math.min(k, count) + "]");
    assertThat(answer.json().at("/outputs/0/data"))
        .isEqualTo(Fixture.parse(expected.replace('\'', '"')));
  }

  @Test
  void eachRowHasItsOwnClasses() {
    Fixture.Answer answer = classify("identity", "FP32", "[2,3]", "[1,2,3,6,5,4]", 1);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[2,1]");
    assertThat(answer.json().at("/outputs/0/data").toString())
        .isEqualTo("[\"3.000000:2\",\"6.000000:0\"]");
  }

  @Test
  void withoutRowsAllElementsCompete() {
    fixture.models.ready(
        "rowless",
        1,
        signature(
            List.of(spec("x", DataType.FLOAT, 2, 2)), List.of(spec("y", DataType.FLOAT, 2, 2))));
    Fixture.Answer answer = classify("rowless", "FP32", "[2,2]", "[1,4,3,2]", 2);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[2]");
    assertThat(answer.json().at("/outputs/0/data").toString())
        .isEqualTo("[\"4.000000:1\",\"3.000000:2\"]");
  }

  @Test
  void emptyOutputsHaveNoClasses() {
    assertThat(classify("identity", "FP32", "[0,3]", "[]", 2).json().at("/outputs/0").toString())
        .isEqualTo("{\"name\":\"y\",\"datatype\":\"BYTES\",\"shape\":[0,0],\"data\":[]}");
    assertThat(classify("identity", "FP32", "[3,0]", "[]", 2).json().at("/outputs/0/shape"))
        .isEqualTo(Fixture.parse("[3,0]"));
  }

  @Test
  void classesGoInBinaryToo() {
    Fixture.Answer answer =
        fixture.infer(
            "identity",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[2]}],"
                + "\"outputs\":[{\"name\":\"y\",\"parameters\":"
                + "{\"classification\":1,\"binary_data\":true}}]}");
    assertThat(answer.json().at("/outputs/0/parameters/binary_data_size").asInt()).isEqualTo(14);
    assertThat(new String(answer.binary(), 4, 10, StandardCharsets.UTF_8)).isEqualTo("2.000000:0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BOOL true", "BYTES \"a\""})
  void typesWithoutOrderAreRefused(String typeAndData) {
    String datatype = typeAndData.substring(0, typeAndData.indexOf(' '));
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    Fixture.Answer answer =
        classify(
            "identity_" + dtype.label(),
            datatype,
            "[1,1]",
            "[" + typeAndData.substring(datatype.length() + 1) + "]",
            1);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .isEqualTo(
            "classification of output 'y': its datatype is "
                + datatype
                + " (expected: a numeric one)");
    assertThat(fixture.service.requests).isEmpty();
  }

  @Test
  void halvesCanBeClassifiedAsJson() {
    TensorBuffer halves = new TensorBuffer(DataType.HALF, 4, 4);
    halves.putShort(Float.floatToFloat16(0.5f));
    halves.putShort(Float.floatToFloat16(2f));
    assertThat(texts(Classification.of(halves.toTensor(2), 1, false, 1 << 20)))
        .containsExactly("2.000000:1");
    TensorBuffer brains = new TensorBuffer(DataType.BFLOAT16, 4, 4);
    brains.putShort(Float.floatToIntBits(0.5f) >>> 16);
    brains.putShort(Float.floatToIntBits(-2f) >>> 16);
    assertThat(texts(Classification.of(brains.toTensor(2), 2, false, 1 << 20)))
        .containsExactly("0.500000:0", "-2.000000:1");
  }

  @Test
  void anyNumberOfClassesIsTheHeadOfTheSortedElements() {
    Random random = new Random(11);
    for (int run = 0; run < 50; run++) {
      int n = 1 + random.nextInt(40);
      int[] values = random.ints(n, -9, 10).toArray();
      TensorBuffer buffer = new TensorBuffer(DataType.INT32, n * 4, n * 4);
      for (int value : values) {
        buffer.putInt(value);
      }
      int k = 1 + random.nextInt(n);
      List<String> expected =
          IntStream.range(0, n)
              .boxed()
              .sorted(
                  (a, b) -> values[a] != values[b] ? Integer.compare(values[b], values[a]) : a - b)
              .limit(k)
              .map(i -> values[i] + ":" + i)
              .toList();
      assertThat(texts(Classification.of(buffer.toTensor(n), k, false, 1 << 20)))
          .isEqualTo(expected);
    }
  }

  private static List<String> texts(Tensor tensor) {
    List<String> texts = new ArrayList<>();
    ByteBuffer bytes = tensor.bytes();
    while (bytes.hasRemaining()) {
      byte[] text = new byte[bytes.getInt()];
      bytes.get(text);
      texts.add(new String(text, StandardCharsets.UTF_8));
    }
    return texts;
  }
}
