package io.dunlin.loadtest.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceBodiesTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private final InferenceBodies bodies = new InferenceBodies("h:1", "m");

  @Test
  void aV2JsonRequestNamesShapesAndTypes() throws Exception {
    Sent sent =
        sent(bodies.v2Json("r", List.of(new NamedTensor("x", matrix())), AnswerCheck.none()));
    assertThat(sent.head())
        .startsWith("POST /v2/models/m/infer HTTP/1.1\r\nHost: h:1\r\n")
        .contains("Content-Type: application/json\r\n")
        .contains("Content-Length: " + sent.body().length + "\r\n");
    assertThat(MAPPER.readTree(sent.body()))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1.5,2.0,3.0,4.0]}]}
                """));
  }

  @Test
  void aBinaryRequestCarriesTheTensorsBehindItsJson() throws Exception {
    Sent sent =
        sent(bodies.v2Binary("r", List.of(new NamedTensor("x", matrix())), AnswerCheck.none()));
    String marker = "Inference-Header-Content-Length: ";
    int at = sent.head().indexOf(marker) + marker.length();
    int jsonLength = Integer.parseInt(sent.head().substring(at, sent.head().indexOf('\r', at)));
    JsonNode json = MAPPER.readTree(sent.body(), 0, jsonLength);
    assertThat(json.at("/inputs/0/parameters/binary_data_size").intValue()).isEqualTo(16);
    assertThat(json.at("/inputs/0").has("data")).isFalse();
    assertThat(json.at("/parameters/binary_data_output").booleanValue()).isTrue();
    ByteBuffer tensor =
        ByteBuffer.wrap(sent.body(), jsonLength, sent.body().length - jsonLength)
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tensor.remaining()).isEqualTo(16);
    assertThat(tensor.getFloat()).isEqualTo(1.5f);
  }

  @Test
  void aTensorFlowServingRequestNestsByShape() throws Exception {
    Sent sent =
        sent(bodies.tfServing("r", List.of(new NamedTensor("x", matrix())), AnswerCheck.none()));
    assertThat(sent.head()).startsWith("POST /v1/models/m:predict HTTP/1.1\r\n");
    assertThat(MAPPER.readTree(sent.body()))
        .isEqualTo(MAPPER.readTree("{\"inputs\":{\"x\":[[1.5,2.0],[3.0,4.0]]}}"));
  }

  @Test
  void tensorsComeBackFromTheJsonTheyWereWrittenTo() throws Exception {
    TensorBuffer texts = new TensorBuffer(DataType.STRING, 16, 100);
    texts.putString("añb".getBytes(StandardCharsets.UTF_8), 0, 4);
    TensorBuffer longs = new TensorBuffer(DataType.INT64, 8, 100);
    longs.putLong(-(1L << 60));
    List<NamedTensor> tensors =
        List.of(
            new NamedTensor("f", matrix()),
            new NamedTensor("s", texts.toTensor(1)),
            new NamedTensor("l", longs.toTensor(1, 1)));
    JsonNode request = MAPPER.readTree(InferenceBodies.v2JsonBody(tensors).toString());
    assertThat(TensorJson.fromV2(request)).isEqualTo(tensors);
  }

  @Test
  void rowsBecomeAColumnForEachInput() throws Exception {
    Signature signature =
        new Signature(
            "serving_default",
            "",
            List.of(
                spec("a", DataType.FLOAT), spec("b", DataType.BOOL), spec("c", DataType.STRING)),
            List.of());
    JsonNode request =
        MAPPER.readTree(
            """
            {"instances":[{"a":1,"b":true,"c":"x"},{"a":2.5,"b":false,"c":"yz"}]}
            """);
    List<NamedTensor> tensors = TensorJson.fromRows(signature, request);
    assertThat(tensors).extracting(NamedTensor::name).containsExactly("a", "b", "c");
    assertThat(TensorJson.data(tensors.get(0).tensor()).toString()).isEqualTo("[1.0,2.5]");
    assertThat(TensorJson.data(tensors.get(1).tensor()).toString()).isEqualTo("[true,false]");
    assertThat(TensorJson.data(tensors.get(2).tensor()).toString()).isEqualTo("[\"x\",\"yz\"]");
    assertThat(tensors.get(2).tensor().dims()).containsExactly(2);
  }

  private static TensorSpec spec(String name, DataType dtype) {
    return new TensorSpec(name, dtype, Shape.of(-1), name + ":0");
  }

  private static Tensor matrix() {
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 16, 100);
    buffer.putFloat(1.5f);
    buffer.putFloat(2);
    buffer.putFloat(3);
    buffer.putFloat(4);
    return buffer.toTensor(2, 2);
  }

  private record Sent(String head, byte[] body) {}

  private static Sent sent(PreparedRequest request) {
    byte[] bytes = new byte[request.byteSize()];
    request.bytes().get(bytes);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n") + 4;
    return new Sent(text.substring(0, end), java.util.Arrays.copyOfRange(bytes, end, bytes.length));
  }
}
