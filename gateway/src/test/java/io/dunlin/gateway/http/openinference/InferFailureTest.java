package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Section C8 of the protocol: statuses, and what a caller is told. */
class InferFailureTest {
  private static final String BODY =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"FP32\",\"data\":[1]}]}";

  private final Fixture fixture = new Fixture();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(OpenInferenceApi.class);

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
    logger.setAdditive(true);
  }

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void everyFailureHasItsStatusAndText(FailureCode code) {
    fixture.service.failure = new Failure(code, "it failed", Duration.ofSeconds(2)).toException();
    Fixture.Answer answer = fixture.infer("identity", BODY);
    assertThat(answer.status()).isEqualTo(code.httpStatus());
    assertThat(answer.error()).isEqualTo("it failed");
    assertThat(answer.json().path("code").asText()).isEqualTo(code.code());
    assertThat(answer.response().retryAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(answer.response().contentType()).isEqualTo("application/json");
    assertThat(logged.list).isEmpty();
  }

  @Test
  void wrappedFailuresAreTheSame() {
    fixture.service.failure =
        new CompletionException(new Failure(FailureCode.OVERLOADED, "full").toException());
    assertThat(fixture.infer("identity", BODY).status()).isEqualTo(503);
  }

  @Test
  void aBugIsLoggedOnceAndNotShown() {
    fixture.service.failure = new IllegalStateException("secret detail");
    Fixture.Answer answer = fixture.infer("identity", BODY);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).doesNotContain("secret").contains("internal error");
    assertThat(logged.list).hasSize(1);
    assertThat(logged.list.get(0).getFormattedMessage())
        .isEqualTo("request request-1: POST /v2/models/identity/infer failed unexpectedly");
    assertThat(logged.list.get(0).getThrowableProxy().getMessage()).isEqualTo("secret detail");
    assertThat(fixture.counted("identity").fail().count()).isEqualTo(1);
  }

  @Test
  void anErrorOrCheckedExceptionIsABugToo() {
    fixture.service.failure = new AssertionError("impossible");
    assertThat(fixture.infer("identity", BODY).status()).isEqualTo(500);
    fixture.service.failure = new java.io.IOException("gone");
    assertThat(fixture.infer("identity", BODY).status()).isEqualTo(500);
    assertThat(logged.list).hasSize(2);
  }

  @Test
  void aServiceThatThrowsIsABugToo() {
    fixture.service.thrown = new IllegalStateException("not even a stage");
    assertThat(fixture.infer("identity", BODY).status()).isEqualTo(500);
    assertThat(logged.list).hasSize(1);
  }

  @Test
  void theFrontsFailuresTakeTheSameShape() {
    ApiResponse response =
        fixture.api.failure(new Failure(FailureCode.PAYLOAD_TOO_LARGE, "body: 9 (expected: <= 8)"));
    assertThat(response.status()).isEqualTo(413);
    assertThat(new Fixture.Answer(response).text())
        .isEqualTo("{\"error\":\"body: 9 (expected: <= 8)\",\"code\":\"payload_too_large\"}");
  }
}
