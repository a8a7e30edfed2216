package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.FakeModels.signature;
import static io.dunlin.gateway.http.openinference.FakeModels.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section C5 of the protocol: the binary tensor data extension, both ways. */
class InferBinaryTest {
  private final Fixture fixture = new Fixture();

  private static byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }

  private static byte[] oneTo16() {
    int[] values = new int[16];
    for (int i = 0; i < 16; i++) {
      values[i] = i + 1;
    }
    return ints(values);
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private static String input(String name, String shape, String datatype, int size) {
    return "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}"
        .formatted(name, shape, datatype, size);
  }

  private static String request(String inputs, String more) {
    return "{\"inputs\":[" + inputs + "]" + more + "}";
  }

  private static String sums() {
    return input("INPUT0", "[1,16]", "INT32", 64) + "," + input("INPUT1", "[1,16]", "INT32", 64);
  }

  private Fixture.Answer send(String model, String json, byte[]... binary) {
    return fixture.post("/v2/models/" + model + "/infer").body(json, binary).send();
  }

  private Fixture.Answer ok(String model, String json, byte[]... binary) {
    Fixture.Answer answer = send(model, json, binary);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer;
  }

  private String refused(String model, String json, byte[]... binary) {
    Fixture.Answer answer = send(model, json, binary);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(fixture.service.requests).isEmpty();
    return answer.error();
  }

  @Test
  void binaryInputsAreViewsOnTheBody() {
    String json = request(sums(), "");
    Fixture.Answer answer = ok("simple", json, oneTo16(), oneTo16());
    assertThat(answer.json().at("/outputs/0/data/15").asInt()).isEqualTo(32);
    Tensor first = fixture.service.last().inputs().get(0);
    Tensor second = fixture.service.last().inputs().get(1);
    int body = json.length() + 128;
    assertThat(first.array()).isSameAs(second.array()).hasSize(7 + body + 5);
    assertThat(first.arrayOffset()).isEqualTo(7 + json.length());
    assertThat(second.arrayOffset()).isEqualTo(7 + json.length() + 64);
  }

  @Test
  void jsonAndBinaryInputsMix() {
    String json =
        request(
            "{\"name\":\"INPUT0\",\"shape\":[1,16],\"datatype\":\"INT32\","
                + "\"data\":[16,15,14,13,12,11,10,9,8,7,6,5,4,3,2,1]},"
                + input("INPUT1", "[1,16]", "INT32", 64),
            "");
    assertThat(ok("simple", json, oneTo16()).json().at("/outputs/0/data/7").asInt()).isEqualTo(17);
  }

  @Test
  void theBinaryFollowsTheOrderOfTheInputsInTheRequest() {
    String json =
        request(
            input("INPUT1", "[1,16]", "INT32", 64) + "," + input("INPUT0", "[1,16]", "INT32", 64),
            "");
    JsonNode answer = ok("simple", json, oneTo16(), ints(new int[16])).json();
    assertThat(answer.at("/outputs/1/data/3").asInt()).isEqualTo(-4);
  }

  @Test
  void requestedBinaryOutputsFollowTheJson() {
    String outputs =
        ",\"id\":\"7\",\"outputs\":[{\"name\":\"OUTPUT1\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"OUTPUT0\",\"parameters\":{\"binary_data\":true}}]";
    Fixture.Answer answer = ok("simple", request(sums(), outputs), oneTo16(), oneTo16());
    assertThat(answer.response().contentType()).isEqualTo("application/octet-stream");
    assertThat(answer.header("inference-header-content-length")).isPresent();
    assertThat(answer.text())
        .isEqualTo(
            "{\"id\":\"7\",\"model_name\":\"simple\",\"model_version\":\"1\",\"outputs\":["
                + "{\"name\":\"OUTPUT1\",\"datatype\":\"INT32\",\"shape\":[1,16],"
                + "\"parameters\":{\"binary_data_size\":64}},"
                + "{\"name\":\"OUTPUT0\",\"datatype\":\"INT32\",\"shape\":[1,16],"
                + "\"parameters\":{\"binary_data_size\":64}}]}");
    ByteBuffer binary = ByteBuffer.wrap(answer.binary()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(binary.remaining()).isEqualTo(128);
    assertThat(binary.getInt(0)).isZero();
    assertThat(binary.getInt(64 + 15 * 4)).isEqualTo(32);
  }

  @Test
  void jsonAndBinaryOutputsMix() {
    String outputs =
        ",\"outputs\":[{\"name\":\"OUTPUT0\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"OUTPUT1\",\"parameters\":{\"binary_data\":false}}]";
    Fixture.Answer answer = ok("simple", request(sums(), outputs), oneTo16(), oneTo16());
    assertThat(answer.response().contentType()).isEqualTo("application/octet-stream");
    assertThat(answer.json().at("/outputs/1/data")).hasSize(16);
    assertThat(answer.json().at("/outputs/0").has("data")).isFalse();
    assertThat(answer.binary()).hasSize(64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what the request says               | binary bytes in the answer
        "''                                    | 0",
        "'parameters':{'binary_data_output':true} | 128",
        "'parameters':{'binary_data_output':true},'outputs':[] | 128",
        "'parameters':{'binary_data_output':true},'outputs':[{'name':'OUTPUT0'}] | 0",
        "'parameters':{'binary_data_output':true},'outputs':[{'name':'OUTPUT0','parameters':{}}] |"
            + " 0",
        "'outputs':[{'name':'OUTPUT0','parameters':{'binary_data':true}}] | 64",
        "'parameters':{'binary_data_output':false},'outputs':[{'name':'OUTPUT0','parameters':"
            + "{'binary_data':true}}] | 64",
      })
  void binaryDataOutputCountsOnlyWithoutListedOutputs(String more, int binaryBytes) {
    String members = more.isEmpty() ? "" : "," + more.replace('\'', '"');
    Fixture.Answer answer = ok("simple", request(sums(), members), oneTo16(), oneTo16());
    assertThat(answer.binary()).hasSize(binaryBytes);
    assertThat(answer.header(InferBody.HEADER_LENGTH).isPresent()).isEqualTo(binaryBytes > 0);
  }

  @Test
  void emptyTensorsSendNoBytesButStillTheHeader() {
    String json =
        request(
            input("x", "[0,4]", "FP32", 0),
            ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]");
    Fixture.Answer answer = ok("identity", json);
    assertThat(answer.json().at("/outputs/0/parameters/binary_data_size").asInt()).isZero();
    assertThat(answer.jsonLength()).isEqualTo(answer.response().bodyLength());
    assertThat(answer.header(InferBody.HEADER_LENGTH)).isPresent();
  }

  @Test
  void stringsHaveTheirLengthInFront() {
    byte[] two = {1, 0, 0, 0, 'a', 0, 0, 0, 0};
    String binary = ",\"parameters\":{\"binary_data_output\":true}";
    Fixture.Answer answer =
        ok("identity_string", request(input("x", "[1,2]", "BYTES", 9), binary), two);
    assertThat(answer.binary()).isEqualTo(two);
    Fixture.Answer json = ok("identity_string", request(input("x", "[1,2]", "BYTES", 9), ""), two);
    assertThat(json.json().at("/outputs/0/data").toString()).isEqualTo("[\"a\",\"\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HALF", "BFLOAT16"})
  void halvesPassInBinary(DataType dtype) {
    String json =
        request(
            input("x", "[1,2]", dtype.v2Name().orElseThrow(), 4),
            ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]");
    byte[] values = {0, 60, 1, (byte) 0x80};
    assertThat(ok("identity_" + dtype.label(), json, values).binary()).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x     | Unable to parse Inference-Header-Content-Length, got: x (expected: an integer",
        "''    | Unable to parse Inference-Header-Content-Length, got:  (expected: an integer",
        "1.5   | Unable to parse Inference-Header-Content-Length, got: 1.5",
        "9999999999 | Unable to parse Inference-Header-Content-Length, got: 9999999999",
        "-1    | Inference-Header-Content-Length: -1 (expected: 0..",
        "10000 | Inference-Header-Content-Length: 10000 (expected: 0..",
        "10    | failed to parse the request JSON buffer",
      })
  void aWrongHeaderLengthIsRefused(String length, String error) {
    Fixture.Answer answer =
        fixture
            .post("/v2/models/simple/infer")
            .body(request(sums(), ""), oneTo16(), oneTo16())
            .header(InferBody.HEADER_LENGTH, length)
            .send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32  | [1,2] | 8 | 7 | unexpected size for input 'x', expecting 1 additional bytes for"
            + " model 'identity_float'",
        "FP32  | [1,2] | 8 | 9 | unexpected additional input data for model 'identity_float': 1"
            + " bytes after the last binary input (expected: none)",
        "FP32  | [1,2] | 4 | 4 | input byte size mismatch for input 'x' for model"
            + " 'identity_float'. Expected 8, got 4",
        "FP32  | [1,2] | 12 | 12 | input byte size mismatch for input 'x' for model"
            + " 'identity_float'. Expected 8, got 12",
        "FP32  | [1,2] | 7 | 7 | input byte size mismatch for input 'x'",
        "FP32  | [9223372036854775807] | 8 | 8 | Expected 9223372036854775807 x 4, got 8",
        "FP32  | [1,1] | 9223372036854775807 | 4 | unexpected size for input 'x', expecting"
            + " 9223372036854775803 additional bytes",
        "BYTES | [1,1] | 3 | 3 | binary data of input 'x' for model 'identity_string': string"
            + " lengths run past the end (expected: 1",
        "BYTES | [1,2] | 4 | 4 | string elements: 1 (expected: 2 for shape [1, 2])",
        "BYTES | [1,1] | 8 | 8 | string elements: 2 (expected: 1 for shape [1, 1])",
        "BOOL  | [1,1] | 1 | 1 | binary data of input 'x': byte 0 is 7 (expected: 0 or 1",
      })
  void wrongSizesAreRefused(String datatype, String shape, long size, int sent, String error) {
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    byte[] binary = new byte[sent];
    if (dtype == DataType.BOOL) {
      binary[0] = 7;
    }
    String json = request(input("x", shape, datatype, 0).replace("size\":0", "size\":" + size), "");
    assertThat(refused("identity_" + dtype.label(), json, binary)).contains(error);
  }

  @ParameterizedTest
  @CsvSource({"ff ff ff ff", "ff ff ff 7f", "fd ff ff ff", "01 00 00 00"})
  void stringLengthsBeyondTheEndAreRefused(String length) {
    byte[] binary = new byte[4];
    String[] digits = length.split(" ");
    for (int i = 0; i < 4; i++) {
      binary[i] = (byte) Integer.parseInt(digits[i], 16);
    }
    assertThat(refused("identity_string", request(input("x", "[1,1]", "BYTES", 4), ""), binary))
        .contains("string lengths run past the end");
  }

  @Test
  void bytesBehindAJsonOnlyRequestAreRefused() {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";
    assertThat(refused("identity", json, new byte[3]))
        .startsWith("unexpected additional input data for model 'identity': 3 bytes");
  }

  @Test
  void binaryInputsAreBoundedInBytesToo() {
    Fixture small = new Fixture(16, 64 << 20);
    Fixture.Answer answer =
        small
            .post("/v2/models/identity/infer")
            .body(request(input("x", "[1,5]", "FP32", 20), ""), new byte[20])
            .send();
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.error()).isEqualTo("input 'x': the request's input tensors exceed 16 bytes");
    Fixture.Answer raw = small.post("/v2/models/identity/infer").body("", new byte[20]).send();
    assertThat(raw.status()).isEqualTo(413);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                                    | 200",
        "'outputs':[{'name':'y'}]                                              | 413",
        "'outputs':[{'name':'y','parameters':{'binary_data':true}}]            | 200",
        "'outputs':[{'name':'y','parameters':{'classification':40}}]           | 413",
        "'outputs':[{'name':'y','parameters':{'classification':2}}]            | 200",
      })
  void answersAreBoundedInBytes(String more, int status) {
    Fixture small = new Fixture(1 << 20, 400);
    String members =
        more.isEmpty()
            ? ",\"parameters\":{\"binary_data_output\":true}"
            : "," + more.replace('\'', '"');
    byte[] tensor = new byte[160];
    Arrays.fill(tensor, (byte) 0x3c);
    Fixture.Answer answer =
        small
            .post("/v2/models/identity/infer")
            .body(request(input("x", "[1,40]", "FP32", 160), members), tensor)
            .send();
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    if (status != 200) {
      assertThat(answer.error()).startsWith("answer too large: ").contains("(expected: <= 400)");
    }
  }

  private Fixture.Answer raw(String model, byte[] body) {
    return fixture.post("/v2/models/" + model + "/infer").body("", body).send();
  }

  @Test
  void aRawRequestIsOneRowOfTheOnlyInput() {
    Fixture.Answer answer = raw("identity", floats(1, 2, 3));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[1,3]");
    assertThat(answer.response().contentType()).isEqualTo("application/octet-stream");
    assertThat(answer.binary()).isEqualTo(floats(1, 2, 3));
    Tensor input = fixture.service.last().inputs().get(0);
    assertThat(input.arrayOffset()).isEqualTo(7);
  }

  @Test
  void aRawRequestFillsFixedSizesExactly() {
    fixture.models.ready(
        "fixed",
        1,
        signature(
            List.of(spec("x", DataType.FLOAT, -1, 3)), List.of(spec("y", DataType.FLOAT, -1, 3))));
    assertThat(raw("fixed", floats(1, 2, 3)).json().at("/outputs/0/shape").toString())
        .isEqualTo("[1,3]");
    Fixture.Answer two = raw("fixed", floats(1, 2, 3, 4, 5, 6));
    assertThat(two.status()).isEqualTo(400);
    assertThat(two.error())
        .isEqualTo("input byte size mismatch for input 'x' for model 'fixed'. Expected 12, got 24");
  }

  @Test
  void aRawRequestOfAModelWithoutRowsDeducesItsOneVariableSize() {
    fixture.models.ready(
        "rowless",
        1,
        signature(
            List.of(spec("x", DataType.FLOAT, 2, -1)), List.of(spec("y", DataType.FLOAT, 2, -1))));
    assertThat(raw("rowless", floats(1, 2, 3, 4)).json().at("/outputs/0/shape").toString())
        .isEqualTo("[2,2]");
    assertThat(raw("rowless", floats(1, 2, 3)).status()).isEqualTo(400);
  }

  @Test
  void aRawStringComesWithoutItsLength() {
    byte[] image = "not really a PNG".getBytes(StandardCharsets.UTF_8);
    Fixture.Answer answer = raw("identity_string", image);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.binary()).hasSize(4 + image.length).endsWith(image).startsWith(image.length);
  }

  @Test
  void aRawRequestThatCannotBeDeducedIsRefused() {
    fixture.models.ready(
        "twice",
        1,
        signature(
            List.of(spec("x", DataType.FLOAT, -1, -1, -1)),
            List.of(spec("y", DataType.FLOAT, -1, -1, -1))));
    fixture.models.ready(
        "pair",
        1,
        signature(
            List.of(spec("x", DataType.STRING, -1, 2)),
            List.of(spec("y", DataType.STRING, -1, 2))));
    fixture.models.ready(
        "any",
        1,
        signature(
            List.of(FakeModels.specOfUnknownRank("x", DataType.FLOAT)),
            List.of(spec("y", DataType.FLOAT))));
    assertThat(raw("simple", new byte[64]).error())
        .isEqualTo(
            "Raw request must only have 1 input (found 1) to be deduced but got 2 inputs in"
                + " 'simple' model configuration");
    assertThat(raw("twice", new byte[8]).error())
        .isEqualTo(
            "The shape of the raw input 'x' can not be deduced because there are more than one"
                + " variable-sized dimension");
    assertThat(raw("any", new byte[8]).error()).contains("can not be deduced");
    assertThat(raw("pair", new byte[8]).error())
        .isEqualTo(
            "For BYTES datatype raw input 'x', the model must have input shape [1], got [-1,2]");
    assertThat(fixture.service.requests).isEmpty();
  }

  @Test
  void anEmptyRawBodyIsAnEmptyRow() {
    assertThat(raw("identity", new byte[0]).json().at("/outputs/0/shape").toString())
        .isEqualTo("[1,0]");
  }
}
