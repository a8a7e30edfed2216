package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTranslationTest {
  @ParameterizedTest
  @CsvSource({
    "1, UNAVAILABLE",
    "2, INTERNAL",
    "3, INVALID_ARGUMENT",
    "4, DEADLINE_EXCEEDED",
    "5, INTERNAL",
    "6, INTERNAL",
    "7, INTERNAL",
    "8, RESOURCE_EXHAUSTED",
    "9, FAILED_PRECONDITION",
    "10, INTERNAL",
    "11, INVALID_ARGUMENT",
    "12, UNIMPLEMENTED",
    "13, INTERNAL",
    "14, UNAVAILABLE",
    "15, INTERNAL",
    "16, INTERNAL",
    "99, INTERNAL",
  })
  void givesEachTensorFlowCodeAFailureCode(int tensorFlowCode, FailureCode expected) {
    assertThat(StatusTranslation.code(tensorFlowCode)).isEqualTo(expected);
  }

  @Test
  void keepsTheFirstLineWithoutPlacesInTheGraph() {
    String message =
        "{{function_node __inference_f_20}} Incompatible shapes: [2,3] vs. [4]\n"
            + "\t [[{{node add}}]]\n\t [[StatefulPartitionedCall]]";
    assertThat(StatusTranslation.brief(message)).isEqualTo("Incompatible shapes: [2,3] vs. [4]");
  }

  @Test
  void cutsAPlaceOffTheFirstLine() {
    assertThat(StatusTranslation.brief("assertion failed: [bad] [[{{node Assert}}]]"))
        .isEqualTo("assertion failed: [bad]");
  }

  @Test
  void takesTheFirstOfSeveralErrors() {
    String message =
        "2 root error(s) found.\n  (0) INVALID_ARGUMENT: no such category\n\t [[{{node a}}]]\n"
            + "  (1) INVALID_ARGUMENT: other\n0 successful operations.";
    assertThat(StatusTranslation.brief(message)).isEqualTo("no such category");
  }

  @Test
  void boundsTheLengthWithoutCuttingACharacterInTwo() {
    assertThat(StatusTranslation.brief("x".repeat(5000)))
        .hasSize(StatusTranslation.MAX_LENGTH)
        .endsWith("x…");
    String pairs = "x".repeat(StatusTranslation.MAX_LENGTH - 2) + "\uD83D\uDC26 and more";
    assertThat(StatusTranslation.brief(pairs)).endsWith("x…").doesNotContain("\uD83D");
  }

  @Test
  void replacesControlCharacters() {
    assertThat(StatusTranslation.brief("bad\u0000\u001b[31m value")).isEqualTo("bad [31m value");
  }

  @Test
  void saysSomethingForAnEmptyMessage() {
    assertThat(StatusTranslation.brief("")).isEqualTo("no message");
  }
}
