package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.FakeModels.signature;
import static io.dunlin.gateway.http.openinference.FakeModels.spec;
import static io.dunlin.gateway.http.openinference.InferBodies.identity;
import static io.dunlin.gateway.http.openinference.InferBodies.sums;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections C4, C6 and C7 of the protocol: JSON in, JSON out. */
class InferJsonTest {
  private final Fixture fixture = new Fixture();

  @Test
  void anAliasIsDrawnByWeightAndTellsItsEpoch() {
    fixture.models.ready("simple", 2, FakeModels.sums());
    fixture.models.alias(
        "simple", "canary", new Alias(Map.of(1L, 90, 2L, 10), Map.of(), Map.of(), 3));
    assertThat(versionDrawnBy(89)).isEqualTo("1");
    assertThat(versionDrawnBy(90)).isEqualTo("2");
    assertThat(fixture.get("/v2/models/simple/versions/canary/ready").send().status())
        .isEqualTo(200);
    assertThat(fixture.get("/v2/models/simple/versions/none/ready").send().status()).isEqualTo(404);
  }

  private String versionDrawnBy(int draw) {
    fixture.draw = draw;
    Fixture.Answer answer =
        fixture.post("/v2/models/simple/versions/canary/infer").body(sums("")).send();
    assertThat(answer.header(ApiResponse.ALIAS_EPOCH)).contains("3");
    return answer.json().path("model_version").asText();
  }

  @Test
  void sumsAreAnsweredFlatWithTheVersionUsed() {
    Fixture.Answer answer = fixture.infer("simple", sums(""));
    assertThat(answer.json())
        .isEqualTo(
            Fixture.parse(
                """
                {"model_name": "simple", "model_version": "1", "outputs": [
                   {"name": "OUTPUT0", "datatype": "INT32", "shape": [1, 16],
                    "data": [2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32]},
                   {"name": "OUTPUT1", "datatype": "INT32", "shape": [1, 16],
                    "data": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}
                """));
    assertThat(answer.response().contentType()).isEqualTo("application/json");
    assertThat(answer.response().headers()).isEmpty();
    assertThat(answer.response().result()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"req-1", "ä\\\"\\n\\u0000\uD83D\uDE00"})
  void theIdIsEchoed(String id) {
    JsonNode answer = fixture.inferred("simple", sums(",\"id\":\"" + id + "\""));
    assertThat(answer.path("id").asText()).isEqualTo(Fixture.parse("\"" + id + "\"").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",\"id\":\"\"", ",\"id\":null"})
  void noIdIsMadeUp(String member) {
    assertThat(fixture.inferred("simple", sums(member)).has("id")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2,3,4,5,6]",
        "[[1,2,3],[4,5,6]]",
        "[[1],[2,3],[[4,5]],6]",
        "[[],1,[[]],2,3,4,5,6]",
        " [ 1 , 2 , 3 , 4 , 5 , 6 ] ",
      })
  void dataMayBeFlatOrNestedInAnyWay(String data) {
    JsonNode answer = fixture.inferred("identity_int32", identity("INT32", "[2,3]", data));
    assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[1,2,3,4,5,6]");
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[2,3]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inputs':[{'data':[1,2],'name':'x','shape':[1,2],'datatype':'FP32'}]}",
        "{'inputs':[{'datatype':'FP32','data':[[1],[2]],'shape':[1,2],'name':'x'}]}",
        "{'inputs':[{'shape':[1,2],'data':[1,[2]],'datatype':'FP32','name':'x'}]}",
        "{'outputs':[{'name':'y'}],'x':[{'a':[]}],'inputs':[{'k':{'data':3},'data':[1,2],"
            + "'name':'x','shape':[1,2],'datatype':'FP32','parameters':{'k':[1]}}],'id':'i'}",
        "{'id':null,'parameters':null,'outputs':null,'inputs':[{'name':'x','parameters':null,"
            + "'datatype':'FP32','shape':[1,2],'data':[1,2]}]}",
        "{'outputs':[],'inputs':[{'name':'x','datatype':'FP32','shape':[1,2],'data':[1,2]}]}",
        "  {'inputs':[{'name':'x','datatype':'FP32','shape':[1,2],'data':[1,2]}]} \t\r\n",
      })
  void membersComeInAnyOrderAndUnknownOnesAreIgnored(String body) {
    JsonNode answer = fixture.inferred("identity", body.replace('\'', '"'));
    assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[1.0,2.0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOL    | [true,false]                       | [true,false]",
        "UINT8   | [0,255]                            | [0,255]",
        "UINT16  | [0,65535]                          | [0,65535]",
        "UINT32  | [0,4294967295]                     | [0,4294967295]",
        "UINT64  | [0,18446744073709551615]           | [0,18446744073709551615]",
        "INT8    | [-128,127]                         | [-128,127]",
        "INT16   | [-32768,32767]                     | [-32768,32767]",
        "INT32   | [-2147483648,2147483647]           | [-2147483648,2147483647]",
        "INT64   | [-9223372036854775808,-0]          | [-9223372036854775808,0]",
        "FP32    | [0.1,-0]                           | [0.1,-0.0]",
        "FP32    | [NaN,-Infinity]                    | [NaN,-Infinity]",
        "FP32    | [1e400,-1e-400]                    | [Infinity,-0.0]",
        "FP64    | [0.1,123456789012345678901234567890] | [0.1,1.2345678901234568e+29]",
        "FP64    | [Infinity,3]                       | [Infinity,3.0]",
        "BYTES   | [\"\",\"\\u0000ä\\ud83d\\ude00\"]  | [\"\",\"\\u0000ä\uD83D\uDE00\"]",
      })
  void everyTypeIsReadAndWrittenByItsTokens(String datatype, String in, String out) {
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    Fixture.Answer answer =
        fixture.infer("identity_" + dtype.label(), identity(datatype, "[1,2]", in));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).endsWith("\"data\":" + out + "}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOL   | 1",
        "BOOL   | \"true\"",
        "UINT8  | 256",
        "UINT8  | -1",
        "UINT16 | 65536",
        "UINT32 | 4294967296",
        "UINT64 | 18446744073709551616",
        "UINT64 | -1",
        "INT8   | 128",
        "INT16  | -32769",
        "INT32  | 2147483648",
        "INT32  | 1.0",
        "INT32  | 1e3",
        "INT32  | true",
        "INT32  | \"1\"",
        "INT32  | null",
        "INT64  | 9223372036854775808",
        "FP32   | true",
        "FP32   | \"NaN\"",
        "FP64   | null",
        "FP64   | {}",
        "BYTES  | 1",
        "BYTES  | {\"b64\":\"AA==\"}",
      })
  void otherTokensAreRefusedByNameOfTheField(String datatype, String element) {
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    assertThat(
            fixture.refused(
                "identity_" + dtype.label(), identity(datatype, "[1,1]", "[" + element + "]")))
        .startsWith("Unable to parse 'inputs[0].data': ")
        .contains("is not of expected type: " + dtype.label());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FP16", "BF16"})
  void halvesGoInBinaryOnly(String datatype) {
    DataType dtype = DataType.ofV2Name(datatype).orElseThrow();
    String model = "identity_" + dtype.label();
    assertThat(fixture.refused(model, identity(datatype, "[1,1]", "[1]")))
        .isEqualTo(
            "receiving "
                + datatype
                + " data via JSON is not supported. Please use the binary data format for input x");
    Fixture.Answer answer =
        fixture
            .post("/v2/models/" + model + "/infer")
            .body(
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\""
                    + datatype
                    + "\",\"parameters\":{\"binary_data_size\":2}}]}",
                new byte[] {0, 60})
            .send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .isEqualTo(
            "sending "
                + datatype
                + " data via JSON is not supported. Please use the binary data format for output y");
    assertThat(fixture.service.requests).isEmpty();
  }

  @Test
  void emptyTensorsAreLegal() {
    JsonNode answer = fixture.inferred("identity", identity("FP32", "[0,3]", "[]"));
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[0,3]");
    assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[]");
  }

  @Test
  void scalarsAreLegalWhereTheModelHasThem() {
    fixture.models.ready(
        "scalar",
        1,
        signature(List.of(spec("x", DataType.FLOAT)), List.of(spec("y", DataType.FLOAT))));
    JsonNode answer = fixture.inferred("scalar", identity("FP32", "[]", "[2.5]"));
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[]");
    assertThat(answer.at("/outputs/0/data").toString()).isEqualTo("[2.5]");
  }

  @Test
  void anyShapeFitsAnUnknownRank() {
    fixture.models.ready(
        "any",
        1,
        signature(
            List.of(FakeModels.specOfUnknownRank("x", DataType.FLOAT)),
            List.of(FakeModels.specOfUnknownRank("y", DataType.FLOAT))));
    assertThat(
            fixture
                .inferred("any", identity("FP32", "[1,1,2]", "[1,2]"))
                .at("/outputs/0/shape")
                .toString())
        .isEqualTo("[1,1,2]");
  }

  @Test
  void nestingIsBounded() {
    String deep = "[".repeat(100) + "1" + "]".repeat(100);
    fixture.inferred("identity", identity("FP32", "[1,1]", deep));
    fixture.service.requests.clear();
    assertThat(fixture.refused("identity", identity("FP32", "[1,1]", "[" + deep + "]")))
        .contains("inputs[0].data")
        .contains("more than 100 levels");
  }

  @Test
  void whatIsIgnoredMayBeNestedWithoutExhaustingTheStack() {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    fixture.inferred(
        "identity", "{\"x\":" + deep + "," + identity("FP32", "[1,1]", "[1]").substring(1));
  }

  @Test
  void outputStringsThatAreNotTextAreRefusedAsJson() {
    fixture.models.ready(
        "garble",
        1,
        signature(
            List.of(spec("x", DataType.STRING, -1, -1)),
            List.of(spec("y", DataType.STRING, -1, -1))));
    Fixture.Answer answer =
        fixture
            .post("/v2/models/garble/infer")
            .body(
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"BYTES\","
                    + "\"parameters\":{\"binary_data_size\":6}}]}",
                new byte[] {2, 0, 0, 0, (byte) 0xc3, 0x28})
            .send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("output 'y': ").contains("\"binary_data\": true");
    assertThat(fixture.counted("garble").fail().count()).isEqualTo(1);
  }

  @Test
  void anInputsTensorIsReadIntoExactlyItsBytes() {
    fixture.inferred("identity", identity("FP32", "[1,3]", "[1,2,3]"));
    Tensor tensor = fixture.service.last().inputs().get(0);
    assertThat(tensor.array()).hasSize(16); // the buffer's least capacity
    assertThat(tensor.byteSize()).isEqualTo(12);
  }
}
