package io.dunlin.shared.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FailureCodeTest {
  @Test
  void codesAreUniqueAndReadBack() {
    assertThat(Arrays.stream(FailureCode.values()).map(FailureCode::code)).doesNotHaveDuplicates();
    for (FailureCode code : FailureCode.values()) {
      assertThat(FailureCode.ofCode(code.code())).isEqualTo(code);
    }
  }

  @Test
  void aCodeOfANewerProcessIsAnInternalFailure() {
    assertThat(FailureCode.ofCode("from_the_future")).isEqualTo(FailureCode.INTERNAL);
  }

  @Test
  void onlyRefusalsThatMayPassAreRetryable() {
    assertThat(Arrays.stream(FailureCode.values()).filter(FailureCode::retryable))
        .allMatch(code -> code.httpStatus() == 503 || code.httpStatus() == 429);
  }
}
