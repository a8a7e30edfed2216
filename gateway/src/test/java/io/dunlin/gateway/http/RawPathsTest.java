package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.junit.jupiter.api.Test;

class RawPathsTest {
  private final RawPaths paths = new RawPaths();

  private String of(String path) {
    return paths.of(
        ((org.apache.pekko.http.scaladsl.model.HttpRequest) HttpRequest.GET(path)).uri().path());
  }

  @Test
  void pathsComeAsTheyWereSentHoweverOften() {
    for (int i = 0; i < 3; i++) {
      assertThat(of("/v1/models/a%2Fb:predict")).isEqualTo("/v1/models/a%2Fb:predict");
      assertThat(of("/v1/models/a/b:predict")).isEqualTo("/v1/models/a/b:predict");
    }
  }

  @Test
  void anyNumberOfPathsIsAnsweredAndFewAreKept() {
    for (int i = 0; i < 5_000; i++) {
      assertThat(of("/v2/models/m" + i)).isEqualTo("/v2/models/m" + i);
    }
    assertThat(of("/" + "x".repeat(1_000))).hasSize(1_001);
  }
}
