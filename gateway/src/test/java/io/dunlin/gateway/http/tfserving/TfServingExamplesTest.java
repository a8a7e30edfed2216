package io.dunlin.gateway.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TfServingExamplesTest {
  private static final String CLASSIFY = "/v1/models/classifier:classify";
  private static final String REGRESS = "/v1/models/half_plus_two:regress";

  private final ApiFixture fixture = new ApiFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Example{1:Features{1:entry{1:"a",2:Feature{..}}}}, worked out by hand
        "{\"a\":1} | 0a0c 0a0a 0a0161 1205 1a03 0a0101",
        "{\"a\":[1,300,-1]} | 0a18 0a16 0a0161 1211 1a0f 0a0d 01 ac02 ffffffffffffffffff01",
        "{\"a\":true,\"b\":false} | 0a18 0a0a 0a0161 1205 1a03 0a0101 0a0a 0a0162 1205 1a03 0a0100",
        "{\"a\":1.0} | 0a0f 0a0d 0a0161 1208 1206 0a04 0000803f",
        "{\"a\":[1e0,NaN]} | 0a13 0a11 0a0161 120c 120a 0a08 0000803f 0000c07f",
        "{\"a\":\"xy\"} | 0a0d 0a0b 0a0161 1206 0a04 0a027879",
        "{\"a\":[\"x\",{\"b64\":\"/w==\"}]} | 0a0f 0a0d 0a0161 1208 0a06 0a0178 0a01ff",
        "{\"a\":[]} | 0a07 0a05 0a0161 1200",
        "{} | 0a00"
      })
  void examplesBecomeProtobufBytes(String example, String hex) {
    regress("{\"signature_name\":\"regress\",\"examples\":[" + example + "]}");
    assertThat(HexFormat.of().formatHex(examples().get(0))).isEqualTo(hex.replace(" ", ""));
  }

  @Test
  void theContextComesBeforeEachExample() {
    regress("{\"examples\":[{\"a\":1},{}],\"context\":{\"b\":2},\"signature_name\":\"regress\"}");
    String context = "0a0c0a0a0a016212051a030a0102";
    assertThat(HexFormat.of().formatHex(examples().get(0)))
        .isEqualTo(context + "0a0c0a0a0a016112051a030a0101");
    assertThat(HexFormat.of().formatHex(examples().get(1))).isEqualTo(context + "0a00");
    assertThat(fixture.lastInput(0).toString()).isEqualTo("string[2]");
  }

  @Test
  void regressAnswersOneNumberPerExample() {
    assertThat(regress("{\"signature_name\":\"regress\",\"examples\":[{\"a\":1},{\"a\":[1,2,3]}]}"))
        .isEqualTo("{\"results\":[14.0,16.0]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serving_default | [[\"cat\",0.75],[\"dog\",0.25]]",
        "classes_only | [[\"cat\",0.0],[\"dog\",0.0]]",
        "scores_only | [[\"\",0.75],[\"\",0.25]]"
      })
  void classifyAnswersPairsOfLabelAndScore(String signature, String pairs) {
    ApiResponse response =
        fixture.post(
            CLASSIFY, "{\"signature_name\":\"" + signature + "\",\"examples\":[{\"a\":1},{}]}");
    assertThat(ApiFixture.text(response)).isEqualTo("{\"results\":[" + pairs + "," + pairs + "]}");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.result()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | JSON Parse error: The document is empty",
        "{\"examples\":[{}] | JSON Parse error",
        "[] | must be a JSON object",
        "{} | 'examples' is expected",
        "{\"examples\":[]} | 'examples' list is empty",
        "{\"examples\":{}} | list/array but got JSON Object",
        "{\"examples\":[1]} | Example must be JSON object but got JSON Number",
        "{\"examples\":[{},[]]} | element: 1 of 'examples' list. Error: Example must be JSON object"
            + " but got JSON Array",
        "{\"examples\":[{\"a\":[10,10.0]}]} | expecting type: int64",
        "{\"examples\":[{\"a\":[10.0,10]}]} | expecting type: float",
        "{\"examples\":[{\"a\":[\"x\",1]}]} | expecting type: bytes",
        "{\"examples\":[{\"a\":null}]} | unexpected JSON type: Null",
        "{\"examples\":[{\"a\":[[1]]}]} | unexpected JSON type: Array",
        "{\"examples\":[{\"a\":{\"b\":1}}]} | unexpected JSON type: Object",
        "{\"examples\":[{\"a\":{\"b64\":\"*\"}}]} | is not base64",
        "{\"examples\":[{\"a\":9223372036854775808}]} | Only int64_t is supported",
        "{\"examples\":[{}],\"context\":[]} | 'context': Example must be JSON object",
        "{\"examples\":[{}],\"signature_name\":5} | 'signature_name' key must be a string value.",
        "{\"examples\":[{}],\"signature_name\":\"no\"} | Serving signature name: \"no\" not found",
        "{\"examples\":[{}],\"signature_name\":\"plain\"} | takes no examples",
        "{\"examples\":[{}],\"signature_name\":\"bad_shape\"} | expected Tensor shape: float[1,k]",
        "{\"examples\":[{}],\"signature_name\":\"no_output\"} | at least one of"
      })
  void whatIsNoListOfExamplesIsToldWhy(String body, String phrase) {
    ApiResponse response = fixture.post(CLASSIFY, body);
    assertThat(response.status()).isEqualTo(400);
    assertThat(ApiFixture.error(response)).contains(phrase);
  }

  @Test
  void regressOfAModelWithoutTheOutputIsToldWhy() {
    ApiResponse response = fixture.post("/v1/models/classifier:regress", "{\"examples\":[{}]}");
    assertThat(response.status()).isEqualTo(400);
    assertThat(ApiFixture.error(response)).contains("\"outputs\"");
  }

  @Test
  void aContextCannotMultiplyBeyondTheLimit() {
    String context = "{\"c\":\"" + "x".repeat(10_000) + "\"}";
    String body =
        "{\"signature_name\":\"regress\",\"context\":"
            + context
            + ",\"examples\":[{}"
            + ",{}".repeat(200)
            + "]}";
    ApiResponse response = fixture.post(REGRESS, body);
    assertThat(response.status()).isEqualTo(413);
    assertThat(ApiFixture.error(response)).contains("examples", "1048576");
  }

  private String regress(String body) {
    ApiResponse response = fixture.post(REGRESS, body);
    assertThat(response.status()).as(ApiFixture.text(response)).isEqualTo(200);
    return ApiFixture.text(response);
  }

  private List<byte[]> examples() {
    Tensor tensor = fixture.lastInput(0);
    ByteBuffer in = tensor.bytes();
    List<byte[]> strings = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] element = new byte[in.getInt()];
      in.get(element);
      strings.add(element);
    }
    assertThat(strings).hasSize((int) tensor.rows());
    return strings;
  }
}
