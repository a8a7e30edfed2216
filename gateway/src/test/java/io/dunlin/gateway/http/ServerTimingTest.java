package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Timings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTimingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1, 'queue;dur=0.000, compute;dur=0.000, batch;desc=\"1\"'",
    "12345, 1999999, 32, 'queue;dur=0.012, compute;dur=1.999, batch;desc=\"32\"'",
    "-5, 61000000000, 7, 'queue;dur=0.000, compute;dur=61000.000, batch;desc=\"7\"'",
  })
  void durationsAreWrittenInMillisecondsWithThreeDecimals(
      long queueNanos, long computeNanos, int rows, String text) {
    ServerTiming header = new ServerTiming(new Timings(queueNanos, computeNanos, rows, rows));

    assertThat(header.value()).isEqualTo(text);
    assertThat(header.toString()).isEqualTo("Server-Timing: " + text);
    assertThat(header.is("server-timing")).isTrue();
  }
}
