package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "500us, 500000",
    "500µs, 500000",
    "2ms, 2000000",
    "2 ms, 2000000",
    "1.5s, 1500000000",
    "1m, 60000000000",
    "1h, 3600000000000",
    "7ns, 7"
  })
  void readsANumberAndAUnit(String text, long nanos) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "-2ms", "ms", "2 minutes", "1e3s", "999999999999999h"})
  void refusesEverythingElseByName(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("duration: '" + text + "' (expected: " + DurationText.EXPECTED + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "500000, 500us",
    "2000000, 2ms",
    "90000000000, 90s",
    "60000000000, 1m",
    "7200000000000, 2h",
    "1001, 1001ns"
  })
  void writesTheLargestUnitWithoutAFraction(long nanos, String text) {
    assertThat(DurationText.format(Duration.ofNanos(nanos))).isEqualTo(text);
    assertThat(DurationText.parse(text).toNanos()).isEqualTo(nanos);
  }
}
