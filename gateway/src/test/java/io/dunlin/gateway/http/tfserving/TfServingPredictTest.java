package io.dunlin.gateway.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TfServingPredictTest {
  private final ApiFixture fixture = new ApiFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // rows
        "half_plus_two | {\"instances\":[1.0,2.0,5.0]} | {\"predictions\":[2.5,3.0,4.5]}",
        "half_plus_two | {\"instances\":[[1],[2]]} | {\"predictions\":[[2.5],[3.0]]}",
        "half_plus_two | {\"instances\":[[[1,2]],[[3,4]]]} |"
            + " {\"predictions\":[[[2.5,3.0]],[[3.5,4.0]]]}",
        "half_plus_two | {\"instances\":[{\"x\":1},{\"x\":2}]} | {\"predictions\":[2.5,3.0]}",
        "half_plus_two | {\"instances\":[[],[]]} | {\"predictions\":[[],[]]}",
        "half_plus_two | {\"instances\":[NaN,Infinity,-Infinity,-Inf,1e39]} |"
            + " {\"predictions\":[NaN,Infinity,-Infinity,-Infinity,Infinity]}",
        "two_out | {\"instances\":[1,2]} |"
            + " {\"predictions\":[{\"double\":2.0,\"half\":[0.5]},{\"double\":4.0,\"half\":[1.0]}]}",
        "identity_string | {\"instances\":[\"a\",{\"b64\":\"YWI=\"},{\"b64\":\"YWI\"}]} |"
            + " {\"predictions\":[\"a\",\"ab\",\"ab\"]}",
        "identity_string | {\"instances\":[{\"x\":{\"b64\":\"YWI=\"}}]} | {\"predictions\":[\"ab\"]}",
        "pair | {\"instances\":[{\"x\":1,\"s\":\"a\"},{\"s\":\"b\",\"x\":2}]} |"
            + " {\"predictions\":[1.0,2.0]}",
        // columns
        "half_plus_two | {\"inputs\":[1.0,2.0,5.0]} | {\"outputs\":[2.5,3.0,4.5]}",
        "half_plus_two | {\"inputs\":3} | {\"outputs\":3.5}",
        "half_plus_two | {\"inputs\":{\"x\":[[1],[2]]}} | {\"outputs\":[[2.5],[3.0]]}",
        "half_plus_two | {\"inputs\":[]} | {\"outputs\":[]}",
        "half_plus_two | {\"inputs\":[[],[]]} | {\"outputs\":[[],[]]}",
        "half_plus_two | {\"inputs\":{\"x\":1,\"more\":{\"deep\":[[]]}}} | {\"outputs\":2.5}",
        "half_plus_two | {\"inputs\":{\"x\":1,\"x\":\"later\"}} | {\"outputs\":2.5}",
        "two_out | {\"inputs\":[1,2]} |"
            + " {\"outputs\":{\"double\":[2.0,4.0],\"half\":[[0.5],[1.0]]}}",
        "scalar_out | {\"inputs\":[1]} | {\"outputs\":0.0}",
        "pair | {\"inputs\":{\"s\":\"a\",\"x\":[1,2]}} | {\"outputs\":[1.0,2.0]}",
        "identity_string | {\"inputs\":{\"b64\":\"YWI=\"}} | {\"outputs\":\"ab\"}",
        "identity_string | {\"inputs\":{\"x\":{\"b64\":\"YWI=\"}}} | {\"outputs\":\"ab\"}",
        // the frame around them
        "half_plus_two | {\"signature_name\":\"\",\"instances\":[2]} | {\"predictions\":[3.0]}",
        "half_plus_two | {\"signature_name\":\"serving_default\",\"instances\":[2]} |"
            + " {\"predictions\":[3.0]}",
        "half_plus_two | {\"instances\":[2],\"signature_name\":\"serving_default\"} |"
            + " {\"predictions\":[3.0]}",
        "half_plus_two | {\"instances\":[2]} trailing } bytes | {\"predictions\":[3.0]}",
        "half_plus_two | {\"x\":{\"y\":[{}]},\"instances\":[2],\"z\":null} | {\"predictions\":[3.0]}",
        "half_plus_two | {\"instances\":[2],\"instances\":\"later\"} | {\"predictions\":[3.0]}",
        "half_plus_two | {\"inputs\":2,\"inputs\":{}} | {\"outputs\":3.0}",
        "pair | {\"inputs\":{\"s\":\"a\",\"x\":1},\"signature_name\":\"other\","
            + "\"signature_name\":5} | {\"outputs\":1.0}",
        "pair | {\"\\u0069nputs\":{\"\\u0073\":\"a\",\"x\":1}} | {\"outputs\":1.0}"
      })
  void bodiesThatFitAreAnsweredInTheirOwnFormat(String model, String body, String answer) {
    assertThat(fixture.predicted(model, body)).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // the frame
        "half_plus_two | '' | 400 | JSON Parse error: The document is empty",
        "half_plus_two | ' ' | 400 | JSON Parse error: The document is empty",
        "half_plus_two | {\"instances\":[1,2 | 400 | JSON Parse error: The document ends",
        "half_plus_two | {\"instances\":[1,,2]} | 400 | JSON Parse error: Invalid value. At offset: 16",
        "half_plus_two | [1] | 400 | must be a JSON object but got JSON Array",
        "half_plus_two | 5 | 400 | must be a JSON object but got JSON Number",
        "half_plus_two | {} | 400 | Missing 'inputs' or 'instances' key",
        "half_plus_two | {\"instance\":[1]} | 400 | Missing 'inputs' or 'instances' key",
        "half_plus_two | {\"instances\":[1],\"inputs\":[1]} | 400 | Not formatted correctly",
        "half_plus_two | {\"signature_name\":5,\"instances\":[1]} | 400 |"
            + " 'signature_name' key must be a string value.",
        "half_plus_two | {\"instances\":[1],\"signature_name\":null} | 400 |"
            + " 'signature_name' key must be a string value.",
        "half_plus_two | {\"signature_name\":\"no\",\"instances\":[1]} | 400 |"
            + " Serving signature name: \"no\" not found in signature def",
        "half_plus_two | {\"instances\":[1],\"signature_name\":\"no\"} | 400 |"
            + " Serving signature name: \"no\" not found in signature def",
        // rows
        "half_plus_two | {\"instances\":{\"x\":[1]}} | 400 | list/array",
        "half_plus_two | {\"instances\":1} | 400 | list/array",
        "half_plus_two | {\"instances\":[]} | 400 | No values in",
        "half_plus_two | {\"instances\":[{\"x\":1},2]} | 400 | Expecting object but got list",
        "half_plus_two | {\"instances\":[1,{\"x\":2}]} | 400 | Expecting value/list but got object",
        "pair | {\"instances\":[1,2]} | 400 | plain list",
        "pair | {\"instances\":[{\"x\":1}]} | 400 | lacks key 's'",
        "pair | {\"instances\":[{\"x\":1,\"s\":\"a\"},{\"x\":1}]} | 400 | element: 1",
        "pair | {\"instances\":[{\"x\":1,\"s\":\"a\",\"t\":1}]} | 400 | has key 't'",
        "pair | {\"instances\":[{\"x\":1,\"s\":\"a\",\"s\":\"b\"}]} | 400 | has key 's' twice",
        "pair | {\"instances\":[{}]} | 400 | lacks key",
        "half_plus_two | {\"instances\":[[1],[1,2]]} | 400 | Expecting tensor size: 1 but got: 2",
        "half_plus_two | {\"instances\":[[1],[]]} | 400 | Expecting tensor size: 1 but got: 0",
        "half_plus_two | {\"instances\":[[1],2]} | 400 | Expecting shape",
        "half_plus_two | {\"instances\":[[[1,2]],[[1],[2]]]} | 400 | Expecting shape",
        "half_plus_two | {\"instances\":[[[1,2],[3]]]} | 400 | unexpected size",
        "half_plus_two | {\"instances\":[[[1],2]]} | 400 | incorrect level",
        "half_plus_two | {\"instances\":[[1,[2]]]} | 400 | unexpected level",
        "half_plus_two | {\"instances\":[1,\"a\"]} | 400 | Failed to process element: 1 of"
            + " 'instances' list. Error: JSON Value: \"a\" Type: String is not of expected type: float",
        "pair | {\"instances\":[{\"s\":\"a\",\"x\":true}]} | 400 |"
            + " Failed to process element: 0 key: x of 'instances' list. Error:",
        "half_plus_two | {\"instances\":[null]} | 400 | is not of expected type: float",
        "half_plus_two | {\"instances\":[{\"b64\":\"AA==\"}]} | 400 |"
            + " is not of expected type: float",
        "identity_string | {\"instances\":[{\"b64\":\"*\"}]} | 400 | is not base64",
        "identity_string | {\"instances\":[{\"b64\":\"AA==\",\"x\":1}]} | 400 | has key 'b64'",
        "identity_string | {\"instances\":[[{\"x\":1}]]} | 400 | is not of expected type: string",
        "identity_complex64 | {\"instances\":[1]} | 400 | Error: Conversion of JSON Value",
        // columns
        "half_plus_two | {\"inputs\":{}} | 400 | Missing named input: x in 'inputs' object.",
        "pair | {\"inputs\":{\"x\":1}} | 400 | Missing named input: s in 'inputs' object.",
        "pair | {\"inputs\":[1,2]} | 400 | plain value/list",
        "pair | {\"inputs\":{\"b64\":\"AA==\"}} | 400 | plain value/list",
        "half_plus_two | {\"inputs\":[[1,2],[3]]} | 400 | unexpected size: 1",
        "half_plus_two | {\"inputs\":[[1,2],[]]} | 400 | unexpected size: 0",
        "half_plus_two | {\"inputs\":[[],[1]]} | 400 | unexpected size: 1",
        "half_plus_two | {\"inputs\":[[1],2]} | 400 | incorrect level",
        "half_plus_two | {\"inputs\":[1,[2]]} | 400 | unexpected level",
        "half_plus_two | {\"inputs\":[[],[[]]]} | 400 | unexpected level",
        "half_plus_two | {\"inputs\":[[[]],[]]} | 400 | unexpected size",
        "half_plus_two | {\"inputs\":\"1\"} | 400 | is not of expected type: float",
        "half_plus_two | {\"inputs\":{\"b64\":\"AA==\"}} | 400 | is not of expected type: float",
        "half_plus_two | {\"inputs\":null} | 400 | is not of expected type: float",
        "identity_complex128 | {\"inputs\":[1]} | 501 | not supported (input 'x')",
        // the model's own outputs
        "mismatch | {\"instances\":[1,2]} | 400 | inconsistent batch size",
        "scalar_out | {\"instances\":[1]} | 400 | no shape information"
      })
  void bodiesThatDoNotFitAreToldWhy(String model, String body, int status, String phrase) {
    fixture.assertPredictError(model, body, status, phrase);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // each body holds every later mistake too
        "nope | {\"signature_name\":5,\"inputs\":1,\"instances\":[\"x\"] | 400 | JSON Parse error",
        "nope | {\"signature_name\":5,\"inputs\":1,\"instances\":[\"x\"]} | 400 | signature_name",
        "nope | {\"signature_name\":\"no\",\"inputs\":1,\"instances\":[\"x\"]} | 404 | Servable",
        "half_plus_two | {\"signature_name\":\"no\",\"inputs\":1,\"instances\":[\"x\"]} | 400 |"
            + " Serving signature name",
        "half_plus_two | {\"inputs\":1,\"instances\":[\"x\"]} | 400 | Not formatted correctly",
        "half_plus_two | {\"instances\":[\"x\"]} | 400 | is not of expected type",
        "nope | [1] | 400 | must be a JSON object",
        "nope | {\"instances\":[\"x\"]} | 404 | Servable not found"
      })
  void mistakesAreToldInTensorFlowServingsOrder(
      String model, String body, int status, String phrase) {
    fixture.assertPredictError(model, body, status, phrase);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool | true,false | true,false",
        "int8 | -128,127,0 | -128,127,0",
        "uint8 | 0,255 | 0,255",
        "int16 | -32768,32767 | -32768,32767",
        "uint16 | 0,65535 | 0,65535",
        "int32 | -2147483648,2147483647 | -2147483648,2147483647",
        "uint32 | 0,4294967295 | 0,4294967295",
        "int64 | -9223372036854775808,9223372036854775807 |"
            + " -9223372036854775808,9223372036854775807",
        "uint64 | 0,18446744073709551615 | 0,18446744073709551615",
        "float | 1,-0.5,3e-5,9e6,999999,1e-50,-1e-50,0.1 |"
            + " 1.0,-0.5,3e-05,9e+06,999999.0,0.0,-0.0,0.1",
        "double | 1,0.1,1e300,1e400,123456789012345678 |"
            + " 1.0,0.1,1e+300,Infinity,1.2345678901234568e+17",
        "half | 1,0.1,65504,1e6 | 1.0,0.1,65504.0,Infinity",
        "bfloat16 | 1,0.1,3e38 | 1.0,0.1,3e+38",
        "string | \"\",\"h\\u00e9\\n\",\"\\ud83d\\ude00\" | \"\",\"h\u00e9\\n\",\"\ud83d\ude00\""
      })
  void everyTypeIsEchoedInItsOwnForm(String type, String in, String out) {
    String model = "identity_" + type;
    assertThat(fixture.predicted(model, "{\"instances\":[" + in + "]}"))
        .isEqualTo("{\"predictions\":[" + out + "]}");
    assertThat(fixture.predicted(model, "{\"inputs\":[[" + in + "]]}"))
        .isEqualTo("{\"outputs\":[[" + out + "]]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool | 1",
        "bool | \"true\"",
        "bool | null",
        "int32 | 1.0",
        "int32 | true",
        "int32 | 2147483648",
        "int32 | 1e3",
        "int32 | \"1\"",
        "int8 | 128",
        "uint8 | -1",
        "int64 | 9223372036854775808",
        "uint64 | -1",
        "uint64 | 18446744073709551616",
        "uint32 | 4294967296",
        "float | true",
        "float | \"NaN\"",
        "double | null",
        "string | 1",
        "string | true",
        "string | null",
        "string | {\"b64\":5}",
        "string | {\"c\":\"\"}",
        "half | \"1\"",
        "int32 | NaN",
        "int64 | 1.5"
      })
  void tokensOfAnotherKindAreRefusedByTypeName(String type, String token) {
    for (String body :
        new String[] {
          "{\"instances\":[[" + token + "]]}",
          "{\"inputs\":[" + token + "]}",
          "{\"inputs\":{\"x\":[[" + token + "]]}}"
        }) {
      fixture.assertPredictError("identity_" + type, body, 400, "is not of expected type: " + type);
    }
  }

  @Test
  void stringOutputsNamedBytesAreBase64Objects() {
    assertThat(
            fixture.predicted(
                "identity_string", "{\"signature_name\":\"bytes\",\"instances\":[\"ab\",\"\"]}"))
        .isEqualTo("{\"predictions\":[{\"b64\":\"YWI=\"},{\"b64\":\"\"}]}");
    assertThat(fixture.predicted("identity_float", "{\"signature_name\":\"bytes\",\"inputs\":[1]}"))
        .as("only strings are bytes")
        .isEqualTo("{\"outputs\":[1.0]}");
  }

  @Test
  void stringsThatAreNotUtf8StayValidJsonAndLoseNothing() {
    assertThat(
            fixture.predicted("identity_string", "{\"instances\":[{\"b64\":\"/w==\"},\"text\"]}"))
        .isEqualTo("{\"predictions\":[{\"b64\":\"/w==\"},\"text\"]}");
  }

  @Test
  void aSignatureNamedAfterTheTensorsDecidesHowTheyAreRead() {
    // serving_default of this model would read floats; "other" has the same inputs
    fixture.predicted(
        "pair", "{\"instances\":[{\"x\":1,\"s\":\"a\"}],\"signature_name\":\"other\"}");
    assertThat(Objects.requireNonNull(fixture.inference.last).signature()).isEqualTo("other");
    ApiResponse response =
        fixture.post(
            "/v1/models/classifier:predict", "{\"instances\":[1.5],\"signature_name\":\"plain\"}");
    // serving_default wants strings here, so only reading again can have worked
    assertThat(response.status()).isEqualTo(200);
    assertThat(fixture.lastInput(0).dtype()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void shapesAreNotCheckedAgainstTheSignature() {
    fixture.predicted("half_plus_two", "{\"inputs\":[[1,2],[3,4]]}");
    assertThat(fixture.lastInput(0).toString()).isEqualTo("float[2,2]");
    fixture.predicted("half_plus_two", "{\"inputs\":7}");
    assertThat(fixture.lastInput(0).toString()).isEqualTo("float[]");
  }

  @Test
  void rowsAreStackedInOrder() {
    fixture.predicted(
        "pair", "{\"instances\":[{\"x\":[1,2],\"s\":\"a\"},{\"s\":\"b\",\"x\":[3,4]}]}");
    Tensor strings = fixture.lastInput(0);
    Tensor floats = fixture.lastInput(1);
    assertThat(strings.toString()).isEqualTo("string[2]");
    assertThat(floats.toString()).isEqualTo("float[2,2]");
    float[] values = new float[4];
    floats.bytes().asFloatBuffer().get(values);
    assertThat(values).containsExactly(1, 2, 3, 4);
  }

  @Test
  void depthInIgnoredKeysDoesNoHarm() {
    String deep = "[".repeat(500_000) + "]".repeat(500_000);
    assertThat(fixture.predicted("half_plus_two", "{\"x\":" + deep + ",\"instances\":[2]}"))
        .isEqualTo("{\"predictions\":[3.0]}");
  }

  @Test
  void tensorsDeeperThanAnyShapeAreAnError() {
    int depth = 500_000;
    String deep = "[".repeat(depth) + "1" + "]".repeat(depth);
    fixture.assertPredictError(
        "half_plus_two", "{\"inputs\":" + deep + "}", 400, "most dimensions: 254");
    fixture.assertPredictError(
        "half_plus_two", "{\"instances\":[" + deep + "]}", 400, "most dimensions: 254");
    fixture.assertPredictError(
        "half_plus_two", "{\"inputs\":" + "[".repeat(depth), 400, "JSON Parse error");
    String most = "[".repeat(254) + "2" + "]".repeat(254);
    assertThat(fixture.predicted("half_plus_two", "{\"inputs\":" + most + "}")).contains("3.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"instances", "inputs"})
  void tensorsAboveTheLimitAre413AndThoseAtItPass(String key) {
    ApiFixture tiny = new ApiFixture(new TfServingSettings(64, 1 << 16, false));
    String sixteen = "1,".repeat(15) + "1";
    assertThat(tiny.predicted("half_plus_two", "{\"" + key + "\":[" + sixteen + "]}")).isNotEmpty();
    tiny.assertPredictError(
        "half_plus_two", "{\"" + key + "\":[" + sixteen + ",1]}", 413, "input", "64");
    tiny.assertPredictError(
        "identity_string", "{\"" + key + "\":[\"" + "x".repeat(61) + "\"]}", 413, "64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\":{\"s\":\"123456789012345678901234567890\",\"x\":[1,2,3,4,5,6,7,8]}}",
        "{\"instances\":[{\"s\":\"123456789012345678901234567890\",\"x\":[1,2,3,4,5,6,7,8]}]}",
        "{\"instances\":[{\"s\":\"12345678901234567890123456\",\"x\":1},{\"s\":\"123456789012345678901\",\"x\":1}]}"
      })
  void theLimitCountsAllInputsTogether(String body) {
    ApiFixture tiny = new ApiFixture(new TfServingSettings(62, 1 << 16, false));
    tiny.assertPredictError("pair", body, 413, "input tensor bytes", "62");
    assertThat(fixture.predicted("pair", body)).isNotEmpty();
  }

  @Test
  void anAnswerAboveItsLimitIs413() {
    ApiFixture tiny = new ApiFixture(new TfServingSettings(1 << 20, 1000, false));
    tiny.assertPredictError(
        "half_plus_two", "{\"inputs\":[" + "1,".repeat(500) + "1]}", 413, "answer too large");
    // brackets without a single element count too
    tiny.assertPredictError(
        "half_plus_two", "{\"inputs\":[" + "[],".repeat(500) + "[]]}", 413, "answer too large");
  }

  @Test
  void bytesAreReadAsTheyAreWhateverTheirEncoding() {
    byte[] body = "{\"inputs\":[\"h?\"]}".getBytes(StandardCharsets.ISO_8859_1);
    body[13] = (byte) 0xe9;
    ApiResponse response =
        fixture.call("POST", "/v1/models/identity_string:predict", body, Map.of());
    assertThat(response.status()).isEqualTo(200);
    assertThat(ApiFixture.text(response)).isEqualTo("{\"outputs\":[{\"b64\":\"aOk=\"}]}");
  }
}
