package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section C10 of the protocol: the statistics extension. */
class StatisticsTest {
  private final Fixture fixture = new Fixture();

  private void infer(int rows) {
    Fixture.Answer answer =
        fixture.infer(
            "identity",
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d,1],\"datatype\":\"FP32\",\"data\":[%s]}]}"
                .formatted(rows, "1,".repeat(rows - 1) + "1"));
    assertThat(answer.status()).isEqualTo(200);
  }

  private JsonNode stats(String path) {
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("model_stats");
  }

  @Test
  void aVersionNobodyAskedIsListedWithZeros() {
    assertThat(stats("/v2/models/simple/stats"))
        .isEqualTo(
            Fixture.parse(
                """
                [{"name": "simple", "version": "1", "last_inference": 0, "inference_count": 0,
                  "execution_count": 0,
                  "inference_stats": {
                    "success": {"count": 0, "ns": 0}, "fail": {"count": 0, "ns": 0},
                    "queue": {"count": 0, "ns": 0}, "compute_input": {"count": 0, "ns": 0},
                    "compute_infer": {"count": 0, "ns": 0}, "compute_output": {"count": 0, "ns": 0},
                    "cache_hit": {"count": 0, "ns": 0}, "cache_miss": {"count": 0, "ns": 0}},
                  "response_stats": {}, "batch_stats": [], "memory_usage": []}]
                """));
  }

  @Test
  void requestsRowsAndRunsAreCountedApart() {
    // Two requests of one and three rows that ran in one batch, then one alone.
    fixture.service.timings = new Timings(100, 9_000, 4, 2);
    infer(1);
    infer(3);
    fixture.service.timings = new Timings(50, 2_000, 2, 1);
    infer(2);
    JsonNode entry = stats("/v2/models/identity/stats").get(0);
    assertThat(entry.path("last_inference").asLong()).isEqualTo(Fixture.NOW.toEpochMilli());
    assertThat(entry.path("inference_count").asLong()).isEqualTo(6);
    assertThat(entry.path("execution_count").asLong()).isEqualTo(2);
    JsonNode durations = entry.path("inference_stats");
    assertThat(durations.at("/success/count").asLong()).isEqualTo(3);
    assertThat(durations.at("/success/ns").asLong()).isPositive();
    assertThat(durations.at("/fail/count").asLong()).isZero();
    assertThat(durations.at("/queue/ns").asLong()).isEqualTo(250);
    assertThat(durations.at("/compute_infer/ns").asLong()).isEqualTo(20_000);
    // The test's clock moves a microsecond with each reading.
    assertThat(durations.at("/compute_input/ns").asLong()).isEqualTo(3_000);
    assertThat(durations.at("/compute_output/ns").asLong()).isEqualTo(3_000);
    assertThat(entry.path("batch_stats"))
        .isEqualTo(
            Fixture.parse(
                """
                [{"batch_size": 2, "compute_input": {"count": 1, "ns": 1000},
                  "compute_infer": {"count": 1, "ns": 2000},
                  "compute_output": {"count": 1, "ns": 1000}},
                 {"batch_size": 4, "compute_input": {"count": 1, "ns": 2000},
                  "compute_infer": {"count": 1, "ns": 9000},
                  "compute_output": {"count": 1, "ns": 2000}}]
                """));
  }

  @Test
  void failuresTouchOnlyFail() {
    fixture.service.failure = new InferenceException(FailureCode.OVERLOADED, "queue full");
    assertThat(
            fixture
                .infer(
                    "identity",
                    "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}")
                .status())
        .isEqualTo(503);
    JsonNode entry = stats("/v2/models/identity/versions/1/stats").get(0);
    assertThat(entry.at("/inference_stats/fail/count").asLong()).isEqualTo(1);
    assertThat(entry.at("/inference_stats/fail/ns").asLong()).isPositive();
    assertThat(entry.path("inference_count").asLong()).isZero();
    assertThat(entry.path("last_inference").asLong()).isZero();
    assertThat(entry.at("/inference_stats/success/count").asLong()).isZero();
  }

  @Test
  void requestsThatNeverReachedTheModelAreNotCounted() {
    assertThat(fixture.infer("identity", "{}").status()).isEqualTo(400);
    assertThat(fixture.counted("identity").fail().count()).isZero();
  }

  @Test
  void allModelsAreListedByAvailableVersion() {
    fixture
        .models
        .ready("simple", 3, FakeModels.sums())
        .inState("simple", 2, ReplicaState.FAILED, "broken")
        .named("nothing");
    int versions = fixture.models.all().size() - 1 + 1;
    assertThat(stats("/v2/models/stats")).hasSize(versions);
    JsonNode simple = stats("/v2/models/simple/stats");
    assertThat(simple).hasSize(2);
    assertThat(simple.get(0).path("version").asText()).isEqualTo("1");
    assertThat(simple.get(1).path("version").asText()).isEqualTo("3");
    assertThat(stats("/v2/models/simple/versions/3/stats")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/none/stats, requested model 'none' is not available",
    "/v2/models/nothing/stats, requested model 'nothing' is not available",
    "/v2/models/nothing/versions/1/stats, requested model 'nothing' is not available",
    "/v2/models/simple/versions/9/stats,"
        + " requested model version is not available for model 'simple'",
    "/v2/models/simple/versions/2/stats,"
        + " requested model version is not available for model 'simple'",
  })
  void statisticsOfWhatIsNotAvailableAreRefused(String path, String error) {
    fixture.models.named("nothing").inState("simple", 2, ReplicaState.LOADING, "");
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo(error);
  }
}
