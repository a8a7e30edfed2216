package io.dunlin.cli.boot;

import static io.dunlin.cli.boot.RunningServer.EXAMPLES;
import static io.dunlin.cli.boot.RunningServer.JSON;
import static io.dunlin.cli.boot.RunningServer.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example models as their users call them: whole process, HTTP, real TensorFlow. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServeExamplesTest {
  private RunningServer server;

  @BeforeAll
  void start() throws Exception {
    server = RunningServer.start(EXAMPLES.resolve("models"));
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aFraudulentTransactionScoresHighAndAnHonestOneLow() throws Exception {
    JsonNode rows = server.predict("fraud-detection", "fraud-detection").get("predictions");
    assertThat(rows.get(0).get("fraud_probability").asDouble()).isGreaterThan(0.9);
    assertThat(rows.get(0).get("decision").asText()).isEqualTo("block");
    assertThat(rows.get(1).get("fraud_probability").asDouble()).isLessThan(0.05);
    assertThat(rows.get(1).get("decision").asText()).isEqualTo("allow");
  }

  @Test
  void columnsAnswerAsColumns() throws Exception {
    JsonNode outputs = server.predict("fraud-detection", "fraud-detection-columns").get("outputs");
    assertThat(outputs.get("decision").isArray()).isTrue();
    assertThat(outputs.get("fraud_probability").size()).isEqualTo(outputs.get("decision").size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"chest-xray", "chest-xray-pixels"})
  void anXrayIsReadFromPngBytesAndFromPixels(String sample) throws Exception {
    JsonNode row = server.predict("chest-xray", sample).get("predictions").get(0);
    assertThat(row.get("findings").get(3).asText()).isEqualTo("pneumonia");
    assertThat(row.get("probabilities").get(3).asDouble()).isGreaterThan(0.7);
  }

  @Test
  void anXrayIsReadFromJpegBytesAndAClearOneHasNoFinding() throws Exception {
    JsonNode effusion = server.predict("chest-xray", "chest-xray-jpeg").get("predictions").get(0);
    assertThat(effusion.get("probabilities").get(1).asDouble()).isGreaterThan(0.7);
    JsonNode clear = server.predict("chest-xray", "chest-xray-clear").get("predictions").get(0);
    clear.get("probabilities").forEach(p -> assertThat(p.asDouble()).isLessThan(0.5));
  }

  @Test
  void recommendationsAreItemsWithDescendingScores() throws Exception {
    JsonNode row =
        server
            .predict("product-recommendations", "product-recommendations")
            .get("predictions")
            .get(0);
    assertThat(row.get("item_ids")).hasSize(10);
    List<Double> scores = new ArrayList<>();
    row.get("scores").forEach(score -> scores.add(score.asDouble()));
    assertThat(scores).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fraud-detection",
        "fraud-detection-columns",
        "chest-xray",
        "chest-xray-clear",
        "chest-xray-jpeg",
        "chest-xray-pixels",
        "product-recommendations",
        "product-recommendations-new-user"
      })
  void everySampleAnswersWhatPythonsTensorFlowAnswers(String name) throws Exception {
    String model =
        List.of("fraud-detection", "chest-xray", "product-recommendations").stream()
            .filter(name::startsWith)
            .findFirst()
            .orElseThrow();
    JsonNode expected =
        JSON.readTree(EXAMPLES.resolve("requests/expected").resolve(name + ".json").toFile());
    JsonNode answer = server.predict(model, name);
    expected
        .fields()
        .forEachRemaining(output -> compare(answer, output.getKey(), output.getValue()));
  }

  private static void compare(JsonNode answer, String output, JsonNode expected) {
    if (answer.has("outputs")) {
      same(answer.get("outputs").get(output), expected);
      return;
    }
    for (int row = 0; row < expected.size(); row++) {
      same(answer.get("predictions").get(row).get(output), expected.get(row));
    }
  }

  private static void same(JsonNode actual, JsonNode expected) {
    if (expected.isArray()) {
      assertThat(actual.size()).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        same(actual.get(i), expected.get(i));
      }
    } else if (expected.isNumber()) {
      assertThat(actual.asDouble()).isCloseTo(expected.asDouble(), within(1e-4));
    } else {
      assertThat(actual.asText()).isEqualTo(expected.asText());
    }
  }

  @Test
  void classifyAndRegressTakeExamples() throws Exception {
    HttpResponse<String> classify =
        server.post("/v1/models/fraud-detection:classify", sample("classify/fraud-detection"));
    assertThat(classify.statusCode()).as(classify.body()).isEqualTo(200);
    JsonNode labels = JSON.readTree(classify.body()).get("results").get(0);
    assertThat(labels.get(0).get(0).asText()).isEqualTo("fraud");
    HttpResponse<String> regress =
        server.post("/v1/models/fraud-detection:regress", sample("regress/fraud-detection"));
    assertThat(regress.statusCode()).as(regress.body()).isEqualTo(200);
    assertThat(JSON.readTree(regress.body()).get("results").get(0).asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void everyResponseNamesRequestVersionReplicaAndTimings() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/v1/models/fraud-detection:predict",
            sample("fraud-detection"),
            "X-Request-Id",
            "mine-1");
    assertThat(response.headers().firstValue("x-request-id")).contains("mine-1");
    assertThat(response.headers().firstValue("x-dunlin-model-version")).contains("1");
    assertThat(response.headers().firstValue("x-dunlin-replica")).contains("fraud-detection/1/0");
    assertThat(response.headers().firstValue("server-timing").orElse(""))
        .matches("queue;dur=[0-9.]+, compute;dur=[0-9.]+, batch;desc=\"\\d+\"");
  }

  @Test
  void theSameModelAnswersV2InJsonAndInBinary() throws Exception {
    String json =
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"pixels\",\"datatype\":\"FP32\",\"shape\":[1,64,64,1],"
            + "\"parameters\":{\"binary_data_size\":16384}}],"
            + "\"parameters\":{\"signature_name\":\"pixels\",\"binary_data_output\":true}}";
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(header.length + 16384).put(header).array();
    HttpResponse<byte[]> response =
        server.postBytes(
            "/v2/models/chest-xray/infer",
            body,
            "Inference-Header-Content-Length",
            Integer.toString(header.length));
    assertThat(response.statusCode()).isEqualTo(200);
    int length =
        Integer.parseInt(
            response.headers().firstValue("inference-header-content-length").orElseThrow());
    JsonNode answer = JSON.readTree(new String(response.body(), 0, length, StandardCharsets.UTF_8));
    assertThat(answer.get("id").asText()).isEqualTo("7");
    assertThat(answer.get("model_version").asText()).isEqualTo("1");
    ByteBuffer outputs = ByteBuffer.wrap(response.body()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(outputs.capacity()).isGreaterThan(length + 16);
  }

  @Test
  void statusMetadataAndHealthDescribeTheModels() throws Exception {
    assertThat(server.get("/v1/models/chest-xray").get("model_version_status").get(0).get("state"))
        .hasToString("\"AVAILABLE\"");
    JsonNode signatures =
        server
            .get("/v1/models/fraud-detection/metadata")
            .at("/metadata/signature_def/signature_def");
    assertThat(signatures.has("serving_default")).isTrue();
    assertThat(signatures.at("/serving_default/inputs/amount/dtype").asText())
        .isEqualTo("DT_FLOAT");
    assertThat(server.get("/v2/health/ready").get("ready").asBoolean()).isTrue();
    assertThat(server.get("/v2/models/product-recommendations").get("platform").asText())
        .isEqualTo("tensorflow_savedmodel");
    JsonNode models = JSON.readTree(server.admin("/admin/v1/models").body()).get("models");
    assertThat(models).hasSize(3);
    models.forEach(model -> assertThat(model.at("/versions/0/state").asText()).isEqualTo("READY"));
    assertThat(server.admin("/health/ready").statusCode()).isEqualTo(200);
    assertThat(server.admin("/admin/v1/nope").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ | 400",
        "'' | 400",
        "[] | 400",
        "{\"instances\": []} | 400",
        "{\"instances\": [{\"amount\": 1.0}]} | 400",
        "{\"instances\": [{\"amount\": \"x\"}]} | 400",
        "{\"inputs\": {\"amount\": [1.0]}} | 400",
        "{\"instances\": [1, [2]]} | 400",
        "{\"signature_name\": \"nope\", \"instances\": [1]} | 400",
        "{\"signature_name\": 5, \"instances\": [1]} | 400"
      })
  void aMalformedBodyIsTheClientsMistakeInTheProtocolsShape(String body, int status)
      throws Exception {
    HttpResponse<String> response = server.post("/v1/models/fraud-detection:predict", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).get("error").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /v1/models/fraud-detection:predict, 400",
    "GET, /v1/models/fraud-detection:predict, 400",
    "GET, /v1/models, 400",
    "GET, /nowhere, 404",
    "GET, /v2/models/nope, 404",
    "PUT, /v2/models/fraud-detection/infer, 405",
    "GET, /v2/nowhere, 404",
    "GET, /v1/models/%2e%2e%2fetc, 404"
  })
  void unknownModelsPathsAndMethodsAreNeverA500(String method, String path, int status)
      throws Exception {
    HttpResponse<String> response = server.method(method, path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).has("error")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/models/nope:predict", "/v1/models/fraud-detection/versions/99:predict"})
  void predictingWithWhatIsNotServedIs404(String path) throws Exception {
    HttpResponse<String> response = server.post(path, "{\"instances\": [1]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
    assertThat(response.body()).contains("Servable not found for request");
  }

  @Test
  void aBodyOfAHundredMegabytesIsRefusedAndServingGoesOn() throws Exception {
    byte[] chunk = new byte[1 << 20];
    HttpResponse<String> response =
        server.post(
            "/v1/models/fraud-detection:predict",
            HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofByteArrays(java.util.Collections.nCopies(100, chunk)),
                100L << 20));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(JSON.readTree(response.body()).has("error")).isTrue();
    server.predict("fraud-detection", "fraud-detection");
  }

  @Test
  void aBrokenImageIsTheClientsMistake() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/v1/models/chest-xray:predict",
            "{\"instances\":[{\"image_bytes\":{\"b64\":\"bm90IGFuIGltYWdl\"}}]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
  }
}
