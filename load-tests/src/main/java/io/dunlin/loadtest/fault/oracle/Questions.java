package io.dunlin.loadtest.fault.oracle;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The questions of a run, in turn of each kind.
 *
 * @param kinds asked one after the other; not empty
 * @param deadline sent with each request
 */
public record Questions(List<QuestionKind> kinds, Duration deadline) {

  public Questions {
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("kinds: none (expected: at least one)");
    }
  }

  /**
   * The question with that number.
   *
   * @param host value of the Host header
   */
  public Question number(long number, String host) {
    QuestionKind kind = kinds.get((int) (number % kinds.size()));
    String id = requestId(number);
    Question question =
        kind.ask(
            number,
            host,
            Map.of("X-Request-Id", id, "X-Request-Timeout-Ms", Long.toString(deadline.toMillis())));
    return new Question(
        number,
        question.request(),
        answer -> {
          String echoed = answer.header("X-Request-Id").orElse("");
          return echoed.equals(id)
              ? question.judge().judge(answer)
              : new Judgement(
                  Verdict.MISNUMBERED,
                  0,
                  "",
                  "X-Request-Id: '" + echoed + "' (expected: " + id + ")");
        });
  }

  /** What a request of that number is called in every log. */
  public static String requestId(long number) {
    return "fault-" + number;
  }
}
