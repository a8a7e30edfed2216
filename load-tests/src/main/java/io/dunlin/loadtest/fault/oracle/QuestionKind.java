package io.dunlin.loadtest.fault.oracle;

import io.dunlin.loadtest.generator.Answer;
import io.dunlin.loadtest.generator.Outcome;
import java.util.Map;

/** One kind of request: a model, a protocol, and inputs that follow from a number. */
@FunctionalInterface
public interface QuestionKind {
  /**
   * The question with that number.
   *
   * @param host value of the Host header
   * @param headers sent with it
   */
  Question ask(long number, String host, Map<String, String> headers);

  /** The verdict on a status other than 2xx. */
  static Judgement ofStatus(Answer answer) {
    Verdict verdict =
        switch (Outcome.ofStatus(answer.status())) {
          case REFUSED -> Verdict.REFUSED;
          case EXPIRED -> Verdict.EXPIRED;
          case OK, FAILED, WRONG, BROKEN, UNANSWERED -> Verdict.FAILED;
        };
    return new Judgement(
        verdict, version(answer), replica(answer), answer.status() + " " + answer.text());
  }

  /** The version an answer names; 0 for none. */
  static long version(Answer answer) {
    String named = answer.header("X-Dunlin-Model-Version").orElse("");
    return named.matches("\\d{1,18}") ? Long.parseLong(named) : 0;
  }

  /** The replica an answer names. */
  static String replica(Answer answer) {
    return answer.header("X-Dunlin-Replica").orElse("");
  }
}
