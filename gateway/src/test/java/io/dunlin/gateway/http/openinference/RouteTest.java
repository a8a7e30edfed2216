package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  private final Fixture fixture = new Fixture();

  @ParameterizedTest
  @CsvSource({
    "/v2, SERVER_METADATA, '', ",
    "/v2/, SERVER_METADATA, '', ",
    "/v2/health/live, SERVER_LIVE, '', ",
    "/v2/health/ready, SERVER_READY, '', ",
    "/v2/models, MODEL_LIST, '', ",
    "/v2/models/stats, ALL_STATISTICS, '', ",
    "/v2/models/m, MODEL_METADATA, m, ",
    "/v2/models/m/versions/3, MODEL_METADATA, m, 3",
    "/v2/models/m/ready, MODEL_READY, m, ",
    "/v2/models/m/versions/3/ready, MODEL_READY, m, 3",
    "/v2/models/m/config, MODEL_CONFIG, m, ",
    "/v2/models/m/versions/3/config, MODEL_CONFIG, m, 3",
    "/v2/models/m/infer, MODEL_INFER, m, ",
    "/v2/models/m/versions/3/infer, MODEL_INFER, m, 3",
    "/v2/models/m/stats, MODEL_STATISTICS, m, ",
    "/v2/models/m/versions/3/stats, MODEL_STATISTICS, m, 3",
    "/v2/models/stats/stats, MODEL_STATISTICS, stats, ",
    "/v2/models/versions/ready, MODEL_READY, versions, ",
    "/v2/models/a%2Fb%20c+d, MODEL_METADATA, a/b c+d, ",
    "/v2/repository/index, REPOSITORY_INDEX, '', ",
    "/v2/repository/some/index, REPOSITORY_INDEX, '', ",
    "/v2/repository/models/m/load, REPOSITORY_LOAD, m, ",
    "/v2/repository/models/m/unload, REPOSITORY_UNLOAD, m, ",
    "/v2/repository/some/models/m/load, REPOSITORY_LOAD, m, ",
  })
  void pathsAreTakenApart(String path, Endpoint endpoint, String model, String version) {
    assertThat(Route.of(path))
        .hasValueSatisfying(
            route -> {
              assertThat(route.endpoint()).isEqualTo(endpoint);
              assertThat(route.model()).isEqualTo(model);
              assertThat(route.version()).isEqualTo(version);
              assertThat(route.repository()).isEqualTo(path.contains("/some/"));
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2x",
        "/v2//",
        "/v2/health",
        "/v2/health/",
        "/v2/health/live/",
        "/v2/models/",
        "/v2/models//ready",
        "/v2/models/m/",
        "/v2/models/m/generate",
        "/v2/models/m/versions",
        "/v2/models/m/versions/",
        "/v2/models/m/versions/1/",
        "/v2/models/m/versions/1/versions/1",
        "/v2/models/m/infer/x",
        "/v2/repository",
        "/v2/repository/",
        "/v2/repository//index",
        "/v2/repository/a/b/index",
        "/v2/repository/models/m",
        "/v2/repository/models/load",
        "/v2/repository//models/m/load",
        "/v2/repository/a/b/models/m/load",
        "/v2/repository/model/m/load",
        "/v2/logging",
        "/v2/trace/setting",
        "/v2/systemsharedmemory/status",
        "/v1/models/m",
        "/",
        "",
      })
  void otherPathsAreNotFound(String path) {
    assertThat(Route.of(path)).isEmpty();
    Fixture.Answer answer = fixture.get(path).send();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("Not Found");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v2, GET",
    "POST, /v2/health/live, GET",
    "PUT, /v2/health/ready, GET",
    "DELETE, /v2/models/simple, GET",
    "POST, /v2/models/simple/ready, GET",
    "POST, /v2/models/simple/config, GET",
    "POST, /v2/models/stats, GET",
    "HEAD, /v2/models/simple/stats, GET",
    "GET, /v2/models/simple/infer, POST",
    "GET, /v2/repository/index, POST",
    "GET, /v2/repository/models/simple/load, POST",
    "GET, /v2/repository/models/simple/unload, POST",
  })
  void wrongMethodsAreNotAllowed(String method, String path, String allowed) {
    Fixture.Answer answer = fixture.call(method, path).send();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.error()).isEqualTo("Method Not Allowed");
    assertThat(answer.header("Allow")).contains(allowed);
    assertThat(answer.response().contentType()).isEqualTo("application/json");
  }

  @Test
  void brokenPercentEscapesAreTheCallersMistake() {
    Fixture.Answer answer = fixture.get("/v2/models/%zz/ready").send();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("path: '/v2/models/%zz/ready'").contains("escapes");
  }
}
