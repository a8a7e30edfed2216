package io.dunlin.loadtest.generator;

import java.util.Arrays;
import java.util.Optional;

/** Says whether the body of a 2xx answer is the right one. Stateless. */
@FunctionalInterface
public interface AnswerCheck {
  /** What is wrong with the answer, for a person to read; empty when it is right. */
  Optional<String> objection(Answer answer);

  /** Takes any body. */
  static AnswerCheck none() {
    return answer -> Optional.empty();
  }

  /** Takes exactly these bytes. */
  static AnswerCheck sameBytes(byte[] expected) {
    return answer ->
        Arrays.equals(expected, answer.body())
            ? Optional.empty()
            : Optional.of(
                "body: "
                    + answer.body().length
                    + " bytes (expected: the same "
                    + expected.length
                    + " bytes)");
  }
}
