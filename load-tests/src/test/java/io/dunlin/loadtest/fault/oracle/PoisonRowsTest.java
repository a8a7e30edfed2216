package io.dunlin.loadtest.fault.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.loadtest.generator.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PoisonRowsTest {
  private static final String WORDS =
      "{\"error\": \"poison: a row has -999 as its first element\"}";

  private final PoisonRows rows = new PoisonRows("poison", 8);

  @Test
  void oneInSoManyIsPoisoned() {
    assertThat(LongStream.range(0, 8_000).filter(rows::isPoisoned).count()).isBetween(800L, 1200L);
  }

  @Test
  void thePoisonedRowMustFailInItsModelsWordsAndNoOther() {
    long poisoned = LongStream.range(0, 100).filter(rows::isPoisoned).findFirst().orElseThrow();
    long good = LongStream.range(0, 100).filter(n -> !rows.isPoisoned(n)).findFirst().orElseThrow();
    assertThat(verdict(poisoned, 400, WORDS)).isEqualTo(Verdict.RIGHT);
    assertThat(verdict(poisoned, 400, "{\"error\": \"bad JSON\"}")).isEqualTo(Verdict.FAILED);
    assertThat(verdict(poisoned, 200, "{\"outputs\": []}")).isEqualTo(Verdict.WRONG);
    assertThat(verdict(good, 400, WORDS)).isEqualTo(Verdict.FAILED);
  }

  private Verdict verdict(long number, int status, String body) {
    Question question = rows.ask(number, "h", Map.of());
    String head = "HTTP/1.1 " + status + " X\r\n\r\n";
    return question
        .judge()
        .judge(new Answer(status, head, body.getBytes(StandardCharsets.UTF_8)))
        .verdict();
  }
}
