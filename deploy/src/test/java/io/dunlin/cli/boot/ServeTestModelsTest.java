package io.dunlin.cli.boot;

import static io.dunlin.cli.boot.RunningServer.EXAMPLES;
import static io.dunlin.cli.boot.RunningServer.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The test models, good and broken, side by side in one repository. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServeTestModelsTest {
  private RunningServer server;

  @BeforeAll
  void start() throws Exception {
    server = RunningServer.start(EXAMPLES.resolve("test-models"));
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private JsonNode predict(String model, String body) throws Exception {
    HttpResponse<String> response = server.post("/v1/models/" + model + ":predict", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  @Test
  void halfPlusTwoHalvesAndAddsTwo() throws Exception {
    assertThat(predict("half_plus_two", "{\"instances\": [1.0, 2.0, 5.0]}").toString())
        .isEqualTo("{\"predictions\":[2.5,3.0,4.5]}");
  }

  @Test
  void brokenModelsFailWithTheirReasonAndDisturbNobody() throws Exception {
    JsonNode models = JSON.readTree(server.admin("/admin/v1/models").body()).get("models");
    int failed = 0;
    for (JsonNode model : models) {
      JsonNode version = model.at("/versions/0");
      boolean broken = model.get("name").asText().startsWith("broken");
      if (version.get("state").asText().equals("FAILED")) {
        assertThat(broken).as(model.toString()).isTrue();
        assertThat(version.get("reason").asText()).isNotEmpty();
        failed++;
      } else {
        assertThat(version.get("state").asText()).as(model.toString()).isEqualTo("READY");
      }
    }
    assertThat(failed).isGreaterThanOrEqualTo(3);
    JsonNode status = server.get("/v1/models/broken").at("/model_version_status/0");
    assertThat(status.get("state").asText()).isEqualTo("END");
    assertThat(status.at("/status/error_message").asText()).isNotEmpty();
    assertThat(server.post("/v1/models/broken:predict", "{\"instances\":[1]}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void aPoisonedRowFailsItsOwnRequest() throws Exception {
    HttpResponse<String> poisoned =
        server.post("/v1/models/poison:predict", "{\"instances\": [[-999.0, 0.0, 0.0, 0.0]]}");
    assertThat(poisoned.statusCode()).isEqualTo(400);
    assertThat(poisoned.body()).contains("poison");
    assertThat(predict("poison", "{\"instances\": [[1.0, 2.0, 3.0, 4.0]]}").toString())
        .isEqualTo("{\"predictions\":[[2.0,4.0,6.0,8.0]]}");
  }

  @Test
  void stringsAndBytesComeBackAsTheyWent() throws Exception {
    assertThat(
            predict("string_identity", "{\"instances\": [\"grüß\", \"\", \"a\\\"b\"]}").toString())
        .isEqualTo("{\"predictions\":[\"grüß\",\"\",\"a\\\"b\"]}");
    assertThat(
            predict(
                    "string_identity",
                    "{\"signature_name\": \"bytes\", \"instances\": [{\"b64\": \"AP8=\"}]}")
                .toString())
        .isEqualTo("{\"predictions\":[{\"b64\":\"AP8=\"}]}");
  }

  @Test
  void aModelThatCannotBatchAnswersAlone() throws Exception {
    assertThat(predict("no_batch", "{\"inputs\": [1.0, 2.0, 3.5]}").toString())
        .isEqualTo("{\"outputs\":6.5}");
  }

  @Test
  void aDeadlineThatPassesIs504() throws Exception {
    HttpResponse<String> response =
        server.post(
            "/v1/models/slow:predict",
            "{\"instances\": [{\"work\": 3000, \"x\": 1.0}]}",
            "X-Request-Timeout-Ms",
            "50");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(504);
  }

  @Test
  void v2ChecksRankAndDatatype() throws Exception {
    HttpResponse<String> wrongShape =
        server.post(
            "/v2/models/simple/infer",
            "{\"inputs\":[{\"name\":\"INPUT0\",\"datatype\":\"INT32\",\"shape\":[1,3],\"data\":[1,2,3]},"
                + "{\"name\":\"INPUT1\",\"datatype\":\"INT32\",\"shape\":[1,3],\"data\":[1,2,3]}]}");
    assertThat(wrongShape.statusCode()).as(wrongShape.body()).isEqualTo(400);
    assertThat(wrongShape.body()).contains("INPUT0");
  }
}
