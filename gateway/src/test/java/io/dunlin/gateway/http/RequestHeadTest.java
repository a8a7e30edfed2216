package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u=0 | 0",
        "u=7, i | 7",
        "i, u=2 | 2",
        "u=5;x=1 | 5",
        "u=8 | 3",
        "u=-1 | 3",
        "u= | 3",
        "nonsense | 3",
        "u=10 | 3"
      })
  void readsUrgencyAndIgnoresWhatRfc9218Ignores(String header, int urgency) {
    assertThat(RequestHead.parsePriority(header).urgency()).isEqualTo(urgency);
  }
}
