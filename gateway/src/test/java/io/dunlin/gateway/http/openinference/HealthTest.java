package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ReplicaState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
  private final Fixture fixture = new Fixture();

  private void assertAnswer(String path, int status, String json) {
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json()).isEqualTo(Fixture.parse(json));
  }

  @Test
  void healthySaysSoInJson() {
    assertAnswer("/v2/health/live", 200, "{\"live\":true}");
    assertAnswer("/v2/health/ready", 200, "{\"ready\":true,\"live\":true}");
    assertAnswer("/v2/models/simple/ready", 200, "{\"name\":\"simple\",\"ready\":true}");
    assertAnswer("/v2/models/simple/versions/1/ready", 200, "{\"name\":\"simple\",\"ready\":true}");
  }

  @Test
  void notReadyIsUnavailableWithTheReason() {
    fixture.health.ready = false;
    assertAnswer("/v2/health/live", 200, "{\"live\":true}");
    assertAnswer(
        "/v2/health/ready",
        503,
        "{\"ready\":false,\"live\":true,\"code\":\"unavailable\","
            + "\"error\":\"server is not ready: 2 of 3 models are loading\"}");
  }

  @Test
  void notLiveIsUnavailable() {
    fixture.health.live = false;
    assertAnswer(
        "/v2/health/live",
        503,
        "{\"live\":false,\"error\":\"server is not live\",\"code\":\"unavailable\"}");
  }

  @Test
  void modelsThatCannotAnswerAreUnavailable() {
    fixture.models.named("nothing").inState("broken", 2, ReplicaState.FAILED, "no variables");
    assertAnswer(
        "/v2/models/nothing/ready",
        503,
        "{\"name\":\"nothing\",\"ready\":false,\"error\":\"model 'nothing' is not ready\","
            + "\"code\":\"unavailable\"}");
    assertAnswer(
        "/v2/models/broken/versions/2/ready",
        503,
        "{\"name\":\"broken\",\"ready\":false,\"code\":\"unavailable\","
            + "\"error\":\"model 'broken' version 2 is not ready: no variables\"}");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/none/ready, Request for unknown model: 'none' is not found",
    "/v2/models/simple/versions/9/ready, Request for unknown model: 'simple' version 9 is not found",
    "/v2/models/simple/versions/x/ready, Request for unknown model: 'simple' version x is not found",
  })
  void unknownModelsAreNotFound(String path, String error) {
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo(error);
  }

  @Test
  void aModelIsReadyWithItsOldVersionWhileTheNewOneLoads() {
    fixture.models.inState("simple", 2, ReplicaState.LOADING, "");
    assertThat(fixture.get("/v2/models/simple/ready").send().status()).isEqualTo(200);
    assertThat(fixture.get("/v2/models/simple/versions/2/ready").send().status()).isEqualTo(503);
  }
}
