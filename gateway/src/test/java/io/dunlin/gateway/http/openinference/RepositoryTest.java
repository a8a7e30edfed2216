package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ReplicaState;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section C9 of the protocol: the model repository extension. */
class RepositoryTest {
  private final Fixture fixture = new Fixture();

  private static Fixture.Answer index(FakeModels models, String body) {
    Fixture fixture = new Fixture();
    OpenInferenceApi api =
        new OpenInferenceApi(
            models,
            fixture.service,
            OpenInferenceSettings.of("0.1.0"),
            fixture.health,
            RepositoryControl.DISABLED,
            fixture.statistics,
            BatchLimits.DEFAULT,
            () -> 0,
            () -> 0);
    return fixture.post("/v2/repository/index").body(body).send(api);
  }

  private static FakeModels everyState() {
    return new FakeModels()
        .named("asked")
        .inState("m", 1, ReplicaState.UNLOADED, "")
        .ready("m", 2, FakeModels.sums())
        .inState("m", 3, ReplicaState.PENDING, "")
        .inState("m", 4, ReplicaState.LOADING, "")
        .inState("m", 5, ReplicaState.WARMING, "")
        .inState("m", 6, ReplicaState.DRAINING, "")
        .inState("m", 7, ReplicaState.UNLOADING, "")
        .inState("m", 8, ReplicaState.FAILED, "no variables")
        .inState("m", 9, ReplicaState.FAILED, "");
  }

  @Test
  void everyVersionHasItsState() {
    assertThat(index(everyState(), "").json())
        .isEqualTo(
            Fixture.parse(
                """
                [{"name": "asked"},
                 {"name": "m", "version": "1", "state": "UNAVAILABLE", "reason": "unloaded"},
                 {"name": "m", "version": "2", "state": "READY"},
                 {"name": "m", "version": "3", "state": "LOADING"},
                 {"name": "m", "version": "4", "state": "LOADING"},
                 {"name": "m", "version": "5", "state": "LOADING"},
                 {"name": "m", "version": "6", "state": "UNLOADING"},
                 {"name": "m", "version": "7", "state": "UNLOADING"},
                 {"name": "m", "version": "8", "state": "UNAVAILABLE", "reason": "no variables"},
                 {"name": "m", "version": "9", "state": "UNAVAILABLE", "reason": "failed"}]
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{}| 10", "{'ready':false}| 10", "{'x':[1],'ready':true}| 1"})
  void onlyReadyOnesAreListedIfAskedFor(String body, int entries) {
    assertThat(index(everyState(), body.replace('\'', '"')).json()).hasSize(entries);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"ready\":1}", "{\"ready\":\"true\"}", "[]", "{", "x"})
  void aMalformedIndexRequestIsRefused(String body) {
    Fixture.Answer answer = index(everyState(), body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("failed to parse the request JSON buffer: ");
  }

  @Test
  void theIndexOfANamedRepositoryIsTheWhole() {
    assertThat(fixture.post("/v2/repository/any/index").send().json())
        .hasSize(fixture.models.all().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "{\"parameters\":{}}", "{\"parameters\":{\"unload_dependents\":false}}"})
  void loadAndUnloadReachTheControl(String body) {
    for (String action : new String[] {"load", "unload"}) {
      Fixture.Answer answer =
          fixture.post("/v2/repository/models/my-model/" + action).body(body).send();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.response().bodyLength()).isZero();
      assertThat(fixture.control.done).containsEntry("my-model", action);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "%20", "a%2Fb", "%2E%2E", "", "a%00"})
  void namesThatCouldLeaveTheRepositoryAreRefused(String name) {
    for (String action : new String[] {"load", "unload"}) {
      Fixture.Answer answer = fixture.post("/v2/repository/models/" + name + "/" + action).send();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error())
          .startsWith("failed to " + action + " '")
          .contains("expected: 1 to");
    }
    assertThat(fixture.control.done).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'parameters':{'config':'{}'}}           | 501 | failed to load 'm', parameter 'config' is"
            + " not supported",
        "{'parameters':{'file:1/model.pb':'AA='}} | 501 | failed to load 'm', parameter"
            + " 'file:1/model.pb' is not supported",
        "{'parameters':{'unload_dependents':1}}   | 400 | failed to parse the request JSON buffer",
        "{'parameters'                            | 400 | failed to parse the request JSON buffer",
        "[]                                       | 400 | failed to parse the request JSON buffer",
      })
  void whatCannotBeDoneIsNotCalledDone(String body, int status, String error) {
    Fixture.Answer answer =
        fixture.post("/v2/repository/models/m/load").body(body.replace('\'', '"')).send();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.error()).startsWith(error);
    assertThat(fixture.control.done).isEmpty();
  }

  @Test
  void aNamedRepositoryIsNotSupportedForLoading() {
    for (String action : new String[] {"load", "unload"}) {
      Fixture.Answer answer = fixture.post("/v2/repository/other/models/m/" + action).send();
      assertThat(answer.status()).isEqualTo(501);
      assertThat(answer.error()).isEqualTo("'repository_name' specification is not supported");
    }
  }

  @Test
  void disabledControlSaysSoAsTritonDoes() {
    Fixture.Answer load =
        fixture
            .post("/v2/repository/models/m/load")
            .send(
                new OpenInferenceApi(
                    fixture.models,
                    fixture.service,
                    OpenInferenceSettings.of("0.1.0"),
                    fixture.health,
                    RepositoryControl.DISABLED,
                    fixture.statistics,
                    BatchLimits.DEFAULT,
                    () -> 0,
                    () -> 0));
    assertThat(load.status()).isEqualTo(503);
    assertThat(load.error())
        .isEqualTo("explicit model load / unload is not allowed if polling is enabled");
  }

  @Test
  void aFailedLoadNamesTheModel() {
    fixture.control.failure =
        new CompletionException(
            new InferenceException(FailureCode.NOT_FOUND, "no such model in the repository"));
    Fixture.Answer answer = fixture.post("/v2/repository/models/m/load").send();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("failed to load 'm', no such model in the repository");
  }

  @Test
  void unloadingWhatIsNotThereChangesNothing() {
    fixture.control.failure = new InferenceException(FailureCode.NOT_FOUND, "no such model");
    assertThat(fixture.post("/v2/repository/models/m/unload").send().status()).isEqualTo(200);
    fixture.control.failure = new InferenceException(FailureCode.UNAVAILABLE, "no majority");
    Fixture.Answer answer = fixture.post("/v2/repository/models/m/unload").send();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.error()).isEqualTo("failed to unload 'm', no majority");
  }
}
