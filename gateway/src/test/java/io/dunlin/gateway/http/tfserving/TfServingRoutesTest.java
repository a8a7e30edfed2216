package io.dunlin.gateway.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TfServingRoutesTest {
  private static final String ONE = "{\"instances\":[2.0]}";

  private final ApiFixture fixture = new ApiFixture();

  @ParameterizedTest
  @CsvSource({
    "/v1/models/half_plus_two:predict, 123",
    "/v1/models/half_plus_two/versions/123:predict, 123",
    "/v1/models/half_plus_two/versions/00000123:predict, 123",
    "/v1/models/half_plus_two/versions/5:predict, 5",
    "/v1/models/half_plus_two/labels/stable:predict, 123",
    "/V1/MODELS/half_plus_two/VERSIONS/5:predict, 5",
    "/v1/models/half_plus_two/Labels/stable:predict, 123",
    "/v1/models/half%5Fplus%5ftwo:predict, 123",
    "/v1/models/a%2Fb%3Ac:predict, 1",
    "/v1/models/a%2fb%3ac/labels/l%2F1:predict, 1"
  })
  void inferencePathsReachTheirVersion(String path, long version) {
    ApiResponse response = fixture.post(path, ONE);
    assertThat(ApiFixture.text(response)).isEqualTo("{\"predictions\":[3.0]}");
    assertThat(Objects.requireNonNull(fixture.inference.last).version().version())
        .isEqualTo(version);
    assertThat(response.result()).isNotNull();
  }

  @Test
  void aSplitLabelSharesRequestsOutAndTellsItsEpoch() {
    ServedModel model = fixture.models.find("half_plus_two").orElseThrow();
    fixture.models.add(
        model.name(),
        Map.of("canary", new Alias(Map.of(123L, 90, 5L, 10), Map.of(), Map.of(), 4)),
        model.versions().toArray(ServedVersion[]::new));
    String path = "/v1/models/half_plus_two/labels/canary:predict";
    fixture.draw = 9; // shares are laid out by version: 0 to 9 are version 5's
    ApiResponse canary = fixture.post(path, ONE);
    assertThat(Objects.requireNonNull(fixture.inference.last).version().version()).isEqualTo(5);
    assertThat(canary.headers()).contains(new ApiResponse.Header(ApiResponse.ALIAS_EPOCH, "4"));
    fixture.draw = 10;
    fixture.post(path, ONE);
    assertThat(Objects.requireNonNull(fixture.inference.last).version().version()).isEqualTo(123);
    assertThat(fixture.post("/v1/models/half_plus_two:predict", ONE).headers())
        .noneMatch(header -> header.name().equals(ApiResponse.ALIAS_EPOCH));
    assertThat(ApiFixture.text(fixture.get("/v1/models/half_plus_two/labels/canary")))
        .contains("\"123\"", "\"5\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/",
    "GET, /v1/foo",
    "GET, /v1/models/",
    "GET, /v1/models//metadata",
    "GET, /v1/models/m:predict",
    "GET, /v1/models/m:",
    "POST, /v1/models/m",
    "POST, /v1/models",
    "POST, /v1/models/m/metadata",
    "POST, /v1/models/m/metadata:predict",
    "POST, /v1/models/m:PREDICT",
    "POST, /v1/models/m:predicted",
    "POST, /v1/models/m:predict:",
    "POST, /v1/models/m:",
    "POST, /v1/models/:predict",
    "POST, /v1/models/m/:predict",
    "POST, /v1/models/m:predict/",
    "PUT, /v1/models/m:predict",
    "DELETE, /v1/models/m",
    "HEAD, /v1/models/m",
    "PATCH, /v1/models/m",
    "GET, /v1/models/m/versions",
    "GET, /v1/models/m/versions/",
    "GET, /v1/models/m/versions/x",
    "GET, /v1/models/m/versions/-1",
    "GET, /v1/models/m/versions/1.0",
    "GET, /v1/models/m/labels/",
    "GET, /v1/models/m/",
    "GET, /v1/models/m/versions/1/labels/a",
    "GET, /v1/models/m/labels/a/versions/1",
    "POST, /v1/models/m/versions/1/labels/a:predict",
    "GET, /v1/models/m/metadata/",
    "GET, /v1/models/m/metadata/x",
    "GET, /v1/modelsm",
    "GET, /v1/models/m/versions/1/x",
    "POST, /v1/models/m/versions/x:predict",
    "POST, /v1/models/m/labels/:predict",
    "GET, /v1/models/m/labels/a/metadata/metadata"
  })
  void whateverDoesNotMatchIsMalformedAndNever405(String method, String path) {
    ApiResponse response = fixture.call(method, path, new byte[0], Map.of());
    assertThat(response.status()).isEqualTo(400);
    assertThat(ApiFixture.error(response)).isEqualTo("Malformed request: " + method + " " + path);
  }

  @Test
  void theModelListIsNotOffered() {
    ApiResponse response = fixture.get("/v1/models");
    assertThat(response.status()).isEqualTo(400);
    assertThat(ApiFixture.error(response)).isEqualTo("Missing model name in request.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v2/models", "/v1models/m", "/v11/models/m", ""})
  void pathsOutsideAreNotFoundAndNotJson(String path) {
    ApiResponse response = fixture.get(path);
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.contentType()).startsWith("text/plain");
    assertThat(ApiFixture.text(response)).isEqualTo("Not Found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/m/versions/9223372036854775808",
        "/v1/models/m/versions/99999999999999999999"
      })
  void aVersionBeyondInt64CannotBeConverted(String path) {
    ApiResponse response = fixture.get(path);
    assertThat(response.status()).isEqualTo(400);
    assertThat(ApiFixture.error(response))
        .isEqualTo(
            "Failed to convert version: "
                + path.substring(path.lastIndexOf('/') + 1)
                + " to numeric.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope:predict | 404 | Servable not found for request: Latest(nope)",
        "nope/versions/7:predict | 404 | Servable not found for request: Specific(nope, 7)",
        "half_plus_two/versions/9:predict | 404 |"
            + " Servable not found for request: Specific(half_plus_two, 9)",
        "half_plus_two/versions/4:predict | 404 | Servable not found"
            + " for request: Specific(half_plus_two, 4): saved_model.pb is missing",
        "half_plus_two/labels/broken:predict | 404 | Servable not found"
            + " for request: Specific(half_plus_two, 4): saved_model.pb is missing",
        "half_plus_two/labels/nope:predict | 400 | Unrecognized servable version label: nope",
        "nope/labels/a:predict | 400 | Unrecognized servable version label: a",
        "nope:classify | 404 | Servable not found for request: Latest(nope)",
        "nope:regress | 404 | Servable not found for request: Latest(nope)",
        "%zz%:predict | 404 | Servable not found for request: Latest(%zz%)",
        "a%2Fb%3Ac/versions/2:predict | 404 | Servable not found for request: Specific(a/b:c, 2)"
      })
  void whatIsNotServedIsSaidInTensorFlowServingsWords(String path, int status, String message) {
    ApiResponse response =
        fixture.post("/v1/models/" + path, "{\"instances\":[1],\"examples\":[]}");
    assertThat(response.status()).isEqualTo(status);
    assertThat(ApiFixture.error(response)).isEqualTo(message);
  }

  @Test
  void aModelThatIsComingIsWorthAskingAgainAndAFailedOneIsNot() {
    ApiResponse response = fixture.post("/v1/models/loading:predict", "{\"instances\":[1]}");
    assertThat(fixture.again).isNotNull();
    assertThat(response.status()).isEqualTo(503);
    assertThat(response.retryAfter()).isNotNull();
    fixture.post("/v1/models/loading/labels/next:predict", "{\"instances\":[1]}");
    assertThat(fixture.again).isNotNull();
    fixture.post("/v1/models/half_plus_two/versions/4:predict", "{\"instances\":[1]}");
    assertThat(fixture.again).isNull();
    fixture.get("/v1/models/loading/metadata");
    assertThat(fixture.again).as("a question about it is answered now").isNull();
  }

  @Test
  void aBrokenBodyIsToldBeforeAnyWait() {
    assertThat(fixture.post("/v1/models/loading:predict", "{\"instances\":").status())
        .isEqualTo(400);
    assertThat(fixture.again).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope | 404 | Could not find any versions of model nope",
        "nope/versions/1 | 404 | Could not find any versions of model nope",
        "half_plus_two/versions/9 | 404 | Could not find version 9 of model half_plus_two",
        "half_plus_two/labels/nope | 400 | Unrecognized servable version label: nope",
        "nope/metadata | 404 | Servable not found for request: Latest(nope)",
        "loading/metadata | 503 | Servable not available"
            + " for request: Latest(loading): reading the graph",
        "half_plus_two/versions/9/metadata | 404 |"
            + " Servable not found for request: Specific(half_plus_two, 9)",
        "half_plus_two/labels/x/metadata | 400 | Unrecognized servable version label: x"
      })
  void statusAndMetadataOfTheUnknownAreErrors(String path, int status, String message) {
    ApiResponse response = fixture.get("/v1/models/" + path);
    assertThat(response.status()).isEqualTo(status);
    assertThat(ApiFixture.error(response)).isEqualTo(message);
  }

  @Test
  void statusListsEveryVersionHighestFirst() {
    ApiResponse response = fixture.get("/v1/models/half_plus_two");
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.contentType()).isEqualTo("application/json");
    assertThat(response.result()).isNull();
    String available = "\"state\":\"AVAILABLE\",\"status\":{\"error_code\":\"OK\",";
    assertThat(ApiFixture.text(response))
        .isEqualTo(
            "{\"model_version_status\":["
                + "{\"version\":\"123\","
                + available
                + "\"error_message\":\"\"}},{\"version\":\"5\","
                + available
                + "\"error_message\":\"\"}},{\"version\":\"4\",\"state\":\"END\",\"status\":"
                + "{\"error_code\":\"UNKNOWN\",\"error_message\":\"saved_model.pb is missing\"}}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/versions/5", "/VERSIONS/05"})
  void statusOfOneVersionListsOnlyThat(String suffix) {
    assertThat(ApiFixture.text(fixture.get("/v1/models/half_plus_two" + suffix)))
        .isEqualTo(
            "{\"model_version_status\":[{\"version\":\"5\",\"state\":\"AVAILABLE\","
                + "\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}]}");
  }

  @Test
  void statusByLabelListsTheLabelledVersion() {
    assertThat(ApiFixture.text(fixture.get("/v1/models/half_plus_two/labels/stable")))
        .contains("\"version\":\"123\"")
        .doesNotContain("\"version\":\"5\"");
    assertThat(ApiFixture.text(fixture.get("/v1/models/loading/labels/next")))
        .contains("\"state\":\"LOADING\"", "\"error_code\":\"OK\",\"error_message\":\"\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/a%2Fb%3Ac/metadata",
        "/v1/models/a%2Fb%3Ac/versions/1/METADATA",
        "/v1/models/a%2Fb%3Ac/labels/l%2F1/metadata"
      })
  void metadataShowsEverySignatureUnderTheDoubledKey(String path) {
    ApiResponse response = fixture.get(path);
    assertThat(response.status()).isEqualTo(200);
    String shape =
        "\"tensor_shape\":{\"dim\":[{\"size\":\"-1\",\"name\":\"\"},{\"size\":\"1\",\"name\":\"\"}],"
            + "\"unknown_rank\":false}";
    assertThat(ApiFixture.text(response))
        .isEqualTo(
            "{\"model_spec\":{\"name\":\"a_b_c\",\"signature_name\":\"\",\"version\":\"1\"},"
                + "\"metadata\":{\"signature_def\":{\"signature_def\":{\"serving_default\":{"
                + "\"inputs\":{\"x\":{\"dtype\":\"DT_FLOAT\","
                + shape
                + ",\"name\":\"x:0\"}},\"outputs\":{\"y\":{\"dtype\":\"DT_FLOAT\","
                + shape
                + ",\"name\":\"y:0\"}},\"method_name\":\"tensorflow/serving/predict\","
                + "\"defaults\":{}}}}}}");
  }

  @Test
  void metadataSaysUnknownRankWhereItIs() {
    assertThat(ApiFixture.text(fixture.get("/v1/models/identity_string/metadata")))
        .contains("\"dtype\":\"DT_STRING\",\"tensor_shape\":{\"dim\":[],\"unknown_rank\":true}");
  }

  @Test
  void namesThatLookLikeSegmentsAreNames() {
    assertThat(ApiFixture.error(fixture.get("/v1/models/metadata")))
        .isEqualTo("Could not find any versions of model metadata");
    assertThat(ApiFixture.error(fixture.get("/v1/models/versions/labels/labels/metadata")))
        .isEqualTo("Unrecognized servable version label: labels");
    assertThat(ApiFixture.error(fixture.get("/v1/models/metadata/metadata")))
        .isEqualTo("Servable not found for request: Latest(metadata)");
  }

  @Test
  void optionsIsAnsweredToWebOriginsOnly() {
    for (String origin : new String[] {"http://a.example", "https://a.example", "HTTPS://x"}) {
      ApiResponse response =
          fixture.call("OPTIONS", "/v1/models/m:predict", new byte[0], Map.of("origin", origin));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.bodyLength()).isZero();
    }
    for (Map<String, String> headers :
        List.of(Map.<String, String>of(), Map.of("origin", "file://x"))) {
      ApiResponse response = fixture.call("OPTIONS", "/v1/anything", new byte[0], headers);
      assertThat(response.status()).isEqualTo(400);
      assertThat(ApiFixture.error(response)).contains("Origin");
    }
  }

  @Test
  void everyAnswerCarriesTheCorsHeadersIfAskedTo() {
    ApiFixture cors = new ApiFixture(new TfServingSettings(1 << 20, 1 << 20, true));
    for (ApiResponse response :
        new ApiResponse[] {
          cors.get("/v1/models/half_plus_two"),
          cors.predict("half_plus_two", ONE),
          cors.predict("nope", ONE),
          cors.get("/x"),
          cors.api.failure(Failure.invalidArgument("x")),
          cors.call("OPTIONS", "/v1/x", new byte[0], Map.of("origin", "http://a"))
        }) {
      assertThat(response.headers())
          .containsExactly(
              new ApiResponse.Header("Access-Control-Allow-Origin", "*"),
              new ApiResponse.Header("Access-Control-Allow-Methods", "POST, GET"),
              new ApiResponse.Header("Access-Control-Allow-Headers", "Content-Type"));
    }
    assertThat(fixture.predict("half_plus_two", ONE).headers()).isEmpty();
  }

  @Test
  void theInferenceRequestCarriesWhatTheCallerSent() {
    byte[] body = "{\"inputs\":{\"s\":[\"a\"],\"x\":[1.5]}}".getBytes(StandardCharsets.UTF_8);
    fixture.call(
        ApiFixture.request("/v1/models/pair:predict", body, Duration.ofMillis(7), new Priority(1)));
    InferenceRequest sent = Objects.requireNonNull(fixture.inference.last);
    assertThat(sent.requestId()).isEqualTo("request-2");
    assertThat(sent.version().toString()).isEqualTo("pair/1");
    assertThat(sent.signature()).isEqualTo("serving_default");
    assertThat(sent.outputs()).isEmpty();
    assertThat(sent.deadline()).isEqualTo(new Deadline(5_000L + 7_000_000L));
    assertThat(sent.priority()).isEqualTo(new Priority(1));
    // the signature's order, which is by name
    assertThat(sent.inputs().toString()).isEqualTo("[string[1], float[1]]");
    fixture.call(ApiFixture.request("/v1/models/pair:predict", body, null, Priority.DEFAULT));
    assertThat(Objects.requireNonNull(fixture.inference.last).deadline())
        .isEqualTo(Deadline.after(5_000L, FakeModels.DEFAULT_TIMEOUT));
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void failuresOfThePipelineKeepTheirStatusAndText(FailureCode code) {
    ApiResponse response = fixture.predict("fail", "{\"instances\":[" + code.ordinal() + "]}");
    assertThat(response.status()).isEqualTo(code.httpStatus());
    assertThat(ApiFixture.text(response)).isEqualTo("{\"error\":\"chosen\"}");
    assertThat(response.retryAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(response.result()).isNull();
  }

  @Test
  void aBugIsAnswered500WithAGenericText() {
    ApiResponse response = fixture.predict("explode", ONE);
    assertThat(response.status()).isEqualTo(500);
    assertThat(ApiFixture.error(response)).contains("Internal error", "request-1");
  }

  @Test
  void failuresBeforeTheApiGetItsShapeToo() {
    ApiResponse response =
        fixture.api.failure(new Failure(FailureCode.OVERLOADED, "a \"b\"", Duration.ofSeconds(3)));
    assertThat(response.status()).isEqualTo(503);
    assertThat(ApiFixture.text(response)).isEqualTo("{\"error\":\"a \\\"b\\\"\"}");
    assertThat(response.retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }
}
