package io.dunlin.loadtest.fault.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import io.dunlin.loadtest.generator.Answer;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.request.ExpectedOutputs;
import io.dunlin.loadtest.request.InferenceBodies;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of the test model {@code poison}: {@code y = 2 x}, and now and then the row that makes the
 * whole run fail. Of that one, the right answer is 400 with the model's own words.
 *
 * @param every one in so many is poisoned, without a pattern
 */
public record PoisonRows(String model, int every) implements QuestionKind {
  private static final int WIDTH = 4;
  private static final float POISON = -999;
  private static final String WORDS = "poison: a row has -999";
  private static final long SCATTER = 0x9E3779B97F4A7C15L;

  @Override
  public Question ask(long number, String host, Map<String, String> headers) {
    ByteBuffer bytes = ByteBuffer.allocate(WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < WIDTH; i++) {
      bytes.putFloat(i == 0 && isPoisoned(number) ? POISON : x(number, i));
    }
    NamedTensor row =
        new NamedTensor("x", Tensor.of(DataType.FLOAT, new long[] {1, WIDTH}, bytes.array()));
    return new Question(
        number,
        new InferenceBodies(host, model, headers).v2Json(model, List.of(row), AnswerCheck.none()),
        answer -> judge(number, answer));
  }

  /** Whether that number's row makes its run fail. */
  boolean isPoisoned(long number) {
    return Long.remainderUnsigned(number * SCATTER >>> 32, every) == 0;
  }

  private Judgement judge(long number, Answer answer) {
    if (isPoisoned(number) && answer.status() == 400 && answer.text().contains(WORDS)) {
      return new Judgement(Verdict.RIGHT, 0, QuestionKind.replica(answer), "");
    }
    if (answer.status() != 200) {
      return QuestionKind.ofStatus(answer);
    }
    List<JsonNode> doubled = new ArrayList<>();
    for (int i = 0; i < WIDTH; i++) {
      doubled.add(FloatNode.valueOf(2 * x(number, i)));
    }
    Optional<String> objection =
        isPoisoned(number)
            ? Optional.of("200 to a poisoned row")
            : new ExpectedOutputs(Map.of("y", doubled)).objectionToV2(answer);
    return new Judgement(
        objection.isEmpty() ? Verdict.RIGHT : Verdict.WRONG,
        QuestionKind.version(answer),
        QuestionKind.replica(answer),
        objection.map(text -> text + " in " + answer.text()).orElse(""));
  }

  private static float x(long number, int i) {
    return 10 * ((number * 7 + i * 13L) % 2003);
  }
}
