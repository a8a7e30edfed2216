package io.dunlin.loadtest.fault.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.loadtest.fault.oracle.HalfPlus.Protocol;
import io.dunlin.loadtest.generator.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private final Questions questions =
      new Questions(
          List.of(new HalfPlus("half", Protocol.TF_SERVING), new SumAndDifference("simple")),
          Duration.ofSeconds(5));

  @Test
  void theRightAnswerOfTheVersionItNamesIsRight() {
    // x of number 0: 0, 130, 260
    assertThat(verdict(0, 200, "fault-0", 1, "[[2.0],[67.0],[132.0]]")).isEqualTo(Verdict.RIGHT);
    assertThat(verdict(0, 200, "fault-0", 2, "[[3.0],[68.0],[133.0]]")).isEqualTo(Verdict.RIGHT);
  }

  @Test
  void valuesOfAnotherVersionThanTheOneNamedAreMixed() {
    assertThat(verdict(0, 200, "fault-0", 2, "[[2.0],[67.0],[132.0]]")).isEqualTo(Verdict.MIXED);
  }

  @Test
  void rowsOfTwoVersionsInOneAnswerAreWrong() {
    assertThat(verdict(0, 200, "fault-0", 1, "[[2.0],[68.0],[132.0]]")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void theRightAnswerToTheNeighbourIsWrongHere() {
    assertThat(verdict(2, 200, "fault-2", 1, "[[2.0],[67.0],[132.0]]")).isEqualTo(Verdict.WRONG);
  }

  @Test
  void anAnswerWithAnotherRequestsIdIsMisnumberedWhateverItSays() {
    assertThat(verdict(0, 200, "fault-2", 1, "[[2.0],[67.0],[132.0]]"))
        .isEqualTo(Verdict.MISNUMBERED);
  }

  @Test
  void statusesAreRefusedExpiredOrFailed() {
    assertThat(verdict(0, 503, "fault-0", 0, "[]")).isEqualTo(Verdict.REFUSED);
    assertThat(verdict(0, 429, "fault-0", 0, "[]")).isEqualTo(Verdict.REFUSED);
    assertThat(verdict(0, 504, "fault-0", 0, "[]")).isEqualTo(Verdict.EXPIRED);
    assertThat(verdict(0, 500, "fault-0", 0, "[]")).isEqualTo(Verdict.FAILED);
  }

  @Test
  void neighboursHaveDifferentInputsAndEachItsOwnId() {
    Question first = questions.number(0, "h");
    Question second = questions.number(2, "h");
    assertThat(text(first)).contains("X-Request-Id: fault-0", "X-Request-Timeout-Ms: 5000");
    assertThat(text(first).lines().toList().getLast())
        .isNotEqualTo(text(second).lines().toList().getLast());
  }

  private Verdict verdict(long number, int status, String id, long version, String predictions) {
    String head =
        "HTTP/1.1 %d X\r\nX-Request-Id: %s\r\nX-Dunlin-Model-Version: %d\r\n\r\n"
            .formatted(status, id, version);
    byte[] body = ("{\"predictions\": " + predictions + "}").getBytes(StandardCharsets.UTF_8);
    return questions.number(number, "h").judge().judge(new Answer(status, head, body)).verdict();
  }

  private static String text(Question question) {
    return StandardCharsets.UTF_8.decode(question.request().bytes()).toString();
  }
}
