package io.dunlin.loadtest.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.loadtest.generator.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedOutputsTest {
  private final ExpectedOutputs two = expected("{\"d\": [\"allow\"], \"p\": [0.25]}");
  private final ExpectedOutputs one = expected("{\"y\": [1.0, 2.0]}");

  @Test
  void takesRowsWithNamedOutputs() {
    assertThat(two.objectionToTfServing(answer("{\"predictions\":[{\"p\":0.25,\"d\":\"allow\"}]}")))
        .isEmpty();
    assertThat(two.objectionToTfServing(answer("{\"predictions\":[{\"p\":0.26,\"d\":\"allow\"}]}")))
        .contains("p[0]: 0.26 (expected: 0.25)");
    assertThat(two.objectionToTfServing(answer("{\"predictions\":[{\"p\":0.25,\"d\":\"block\"}]}")))
        .contains("d[0]: \"block\" (expected: \"allow\")");
    assertThat(two.objectionToTfServing(answer("{\"predictions\":[{\"p\":0.25}]}")))
        .contains("outputs: [p] (expected: [d, p])");
  }

  @Test
  void takesASingleOutputWithoutItsName() {
    assertThat(one.objectionToTfServing(answer("{\"predictions\":[1.0,2]}"))).isEmpty();
    assertThat(one.objectionToTfServing(answer("{\"predictions\":[[1.0],[2.0]]}"))).isEmpty();
    assertThat(one.objectionToTfServing(answer("{\"outputs\":[1.0,2.0]}"))).isEmpty();
    assertThat(one.objectionToTfServing(answer("{\"predictions\":[1.0]}")))
        .contains("y: 1 elements (expected: 2)");
  }

  @Test
  void toleratesTheRoundingOfAnotherBatchSizeOnly() {
    assertThat(two.objectionToTfServing(column(0.250001))).isEmpty();
    assertThat(two.objectionToTfServing(column(0.2501))).isNotEmpty();
  }

  @Test
  void takesV2JsonInAnyOrderOfOutputs() {
    String body =
        """
        {"outputs":[{"name":"p","datatype":"FP32","shape":[1],"data":[0.25]},
                    {"name":"d","datatype":"BYTES","shape":[1],"data":["allow"]}]}
        """;
    assertThat(two.objectionToV2(answer(body))).isEmpty();
    assertThat(one.objectionToV2(answer(body))).contains("outputs: [p, d] (expected: [y])");
  }

  @Test
  void takesV2BinaryMixedWithJson() {
    String json =
        """
        {"outputs":[{"name":"d","datatype":"BYTES","shape":[1],"data":["allow"]},
        {"name":"p","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}""";
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(head);
    body.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.25f).array());
    String headers =
        "HTTP/1.1 200 OK\r\nInference-Header-Content-Length: " + head.length + "\r\n\r\n";
    assertThat(two.objectionToV2(new Answer(200, headers, body.toByteArray()))).isEmpty();
    body.write(0);
    assertThat(two.objectionToV2(new Answer(200, headers, body.toByteArray())))
        .hasValueSatisfying(text -> assertThat(text).contains("1 bytes after the last tensor"));
  }

  @Test
  void saysSoWhenAnAnswerCannotBeRead() {
    for (String body : List.of("", "null", "{}", "{\"predictions\":", "<html>")) {
      assertThat(two.objectionToTfServing(answer(body))).isNotEmpty();
      assertThat(two.objectionToV2(answer(body))).isNotEmpty();
    }
  }

  private static Answer column(double p) {
    return answer("{\"outputs\":{\"d\":[\"allow\"],\"p\":[" + p + "]}}");
  }

  private static Answer answer(String body) {
    return new Answer(200, "HTTP/1.1 200 OK\r\n\r\n", body.getBytes(StandardCharsets.UTF_8));
  }

  private static ExpectedOutputs expected(String json) {
    try {
      return ExpectedOutputs.of(new JsonMapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
