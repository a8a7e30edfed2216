package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.InferBodies.identity;
import static io.dunlin.gateway.http.openinference.InferBodies.sums;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section C4 of the protocol: which version, which deadline, what parameters mean. */
class InferParametersTest {
  private final Fixture fixture = new Fixture();

  @Test
  void theRequestIsPassedOnResolved() {
    fixture.models.ready("simple", 7, FakeModels.sums());
    fixture.inferred("simple", sums(",\"outputs\":[{\"name\":\"OUTPUT1\"}]"));
    InferenceRequest passed = fixture.service.last();
    assertThat(passed.requestId()).isEqualTo("request-1");
    assertThat(passed.version().toString()).isEqualTo("simple/7");
    assertThat(passed.signature()).isEqualTo("serving_default");
    assertThat(passed.outputs()).containsExactly("OUTPUT1");
    assertThat(passed.deadline().nanoTime())
        .isEqualTo(Fixture.ARRIVAL_NANOS + FakeModels.DEFAULT_TIMEOUT.toNanos());
    assertThat(passed.priority().urgency()).isEqualTo(3);
  }

  @Test
  void aModelThatIsComingIsWaitedForNoLongerThanTheRequestSays() {
    fixture.models.inState("soon", 1, ReplicaState.LOADING, "");
    String inputs =
        "\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]";
    assertThat(fixture.infer("soon", "{" + inputs + "}").status()).isEqualTo(503);
    assertThat(Objects.requireNonNull(fixture.again).deadline())
        .isEqualTo(Deadline.after(Fixture.ARRIVAL_NANOS, FakeModels.DEFAULT_TIMEOUT));
    fixture.infer("soon", "{\"parameters\":{\"timeout\":2000}," + inputs + "}");
    assertThat(Objects.requireNonNull(fixture.again).deadline())
        .isEqualTo(Deadline.after(Fixture.ARRIVAL_NANOS, Duration.ofMillis(2)));
    assertThat(fixture.infer("soon", "{\"inputs\":").status()).isEqualTo(400);
    assertThat(fixture.again).as("a broken body is told before any wait").isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/models/simple/infer, 200, 3",
    "/v2/models/simple/versions/1/infer, 200, 1",
    "/v2/models/simple/versions/001/infer, 200, 1",
    "/v2/models/simple/versions/3/infer, 200, 3",
    "/v2/models/simple/versions/old/infer, 200, 1",
    "/v2/models/simple/versions/2/infer, 503, Request for unknown model: 'simple' version 2 is not"
        + " at ready state",
    "/v2/models/simple/versions/9/infer, 404, Request for unknown model: 'simple' version 9 is not"
        + " found",
    "/v2/models/nosuch/infer, 404, Request for unknown model: 'nosuch' is not found",
  })
  void theVersionIsTheNamedOneOrTheLatestAvailable(String path, int status, String expected) {
    fixture
        .models
        .ready("simple", 3, FakeModels.sums())
        .inState("simple", 2, ReplicaState.WARMING, "")
        .inState("simple", 4, ReplicaState.LOADING, "")
        .alias("simple", "old", 1);
    Fixture.Answer answer = fixture.post(path).body(sums("")).send();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(status == 200 ? answer.json().path("model_version").asText() : answer.error())
        .isEqualTo(expected);
  }

  @Test
  void theModelIsLookedUpBeforeTheBodyIsRead() {
    assertThat(fixture.infer("nosuch", "not json").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'sequence_id':5,'sequence_start':true,'sequence_end':false",
        "'sequence_id':'user-1'",
        "'sequence_id':18446744073709551615",
        "'binary_data_output':false",
        "'custom':{'a':[1]},'x':1.5,'y':null",
        "'priority':0,'timeout':0",
      })
  void parametersWithoutEffectPass(String parameters) {
    fixture.inferred("simple", sums(",\"parameters\":{" + parameters.replace('\'', '"') + "}"));
    assertThat(fixture.service.last().priority().urgency()).isEqualTo(3);
    assertThat(fixture.service.last().deadline().nanoTime())
        .isEqualTo(Fixture.ARRIVAL_NANOS + FakeModels.DEFAULT_TIMEOUT.toNanos());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'sequence_id':true      | Unable to parse 'parameters.sequence_id': ",
        "'sequence_start':1      | Unable to parse 'parameters.sequence_start': ",
        "'sequence_end':'true'   | Unable to parse 'parameters.sequence_end': ",
        "'priority':-1           | Unable to parse 'parameters.priority': -1 (expected: an unsigned",
        "'priority':'high'       | Unable to parse 'parameters.priority': ",
        "'timeout':-5            | Unable to parse 'parameters.timeout': -5 (expected: an unsigned",
        "'timeout':1.5           | Unable to parse 'parameters.timeout': ",
        "'timeout':'1s'          | Unable to parse 'parameters.timeout': ",
        "'binary_data_output':1  | Unable to parse 'parameters.binary_data_output': ",
        "'signature_name':1      | Unable to parse 'parameters.signature_name': ",
        "'triton_anything':true  | parameter keys starting with 'triton_' are reserved",
      })
  void parametersOfTheWrongTypeAreRefused(String parameters, String error) {
    assertThat(
            fixture.refused(
                "simple", sums(",\"parameters\":{" + parameters.replace('\'', '"') + "}")))
        .startsWith(error);
  }

  @ParameterizedTest
  @CsvSource({
    // parameter in microseconds, header in milliseconds, what counts in nanoseconds
    "250000,      , 250000000",
    "250000,   100, 100000000",
    "250000,   900, 250000000",
    "120000000,   , 120000000000",
    "0,        100, 100000000",
    "9223372036854775807, , 31536000000000000",
  })
  void theEarlierTimeoutIsTheDeadline(long micros, Long headerMillis, long nanos) {
    Fixture.Call call =
        fixture
            .post("/v2/models/simple/infer")
            .body(sums(",\"parameters\":{\"timeout\":" + micros + "}"));
    if (headerMillis != null) {
      call.timeout(Duration.ofMillis(headerMillis));
    }
    assertThat(call.send().status()).isEqualTo(200);
    assertThat(fixture.service.last().deadline().nanoTime())
        .isEqualTo(Fixture.ARRIVAL_NANOS + nanos);
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 1", "7, 7", "8, 5", "4294967296, 5"})
  void priorityInRangeGoesBeforeTheHeader(long parameter, int expected) {
    fixture
        .post("/v2/models/simple/infer")
        .body(sums(",\"parameters\":{\"priority\":" + parameter + "}"))
        .priority(5)
        .send();
    assertThat(fixture.service.last().priority().urgency()).isEqualTo(expected);
  }

  @Test
  void aParameterNamesAnotherSignature() {
    String body = identity("INT64", "[1,2]", "[1,2]");
    assertThat(fixture.refused("identity", body)).contains("data-type is 'INT64', but model");
    String named =
        body.substring(0, body.length() - 1) + ",\"parameters\":{\"signature_name\":\"int64\"}}";
    fixture.inferred("identity", named);
    assertThat(fixture.service.last().signature()).isEqualTo("int64");
    fixture.service.requests.clear();
    assertThat(fixture.refused("identity", named.replace("\"int64\"", "\"int65\"")))
        .startsWith("parameter 'signature_name': 'int65' (expected: one of [");
  }
}
