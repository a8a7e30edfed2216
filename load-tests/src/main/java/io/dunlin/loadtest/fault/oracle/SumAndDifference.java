package io.dunlin.loadtest.fault.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
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
 * One row of 16 sums and 16 differences over V2 JSON: the test model {@code simple}.
 *
 * @param model the name it is served under
 */
public record SumAndDifference(String model) implements QuestionKind {
  private static final int WIDTH = 16;

  @Override
  public Question ask(long number, String host, Map<String, String> headers) {
    List<NamedTensor> inputs =
        List.of(
            new NamedTensor("INPUT0", input(number, 0)),
            new NamedTensor("INPUT1", input(number, 1)));
    return new Question(
        number,
        new InferenceBodies(host, model, headers).v2Json(model, inputs, AnswerCheck.none()),
        answer -> judge(number, answer));
  }

  private static Judgement judge(long number, Answer answer) {
    if (answer.status() != 200) {
      return QuestionKind.ofStatus(answer);
    }
    List<JsonNode> sums = new ArrayList<>();
    List<JsonNode> differences = new ArrayList<>();
    for (int i = 0; i < WIDTH; i++) {
      sums.add(IntNode.valueOf(value(number, 0, i) + value(number, 1, i)));
      differences.add(IntNode.valueOf(value(number, 0, i) - value(number, 1, i)));
    }
    long version = QuestionKind.version(answer);
    if (version == 0) {
      return new Judgement(
          Verdict.MIXED, 0, QuestionKind.replica(answer), "the answer names no version");
    }
    Optional<String> objection =
        new ExpectedOutputs(Map.of("OUTPUT0", sums, "OUTPUT1", differences)).objectionToV2(answer);
    return new Judgement(
        objection.isEmpty() ? Verdict.RIGHT : Verdict.WRONG,
        version,
        QuestionKind.replica(answer),
        objection.map(text -> text + " in " + answer.text()).orElse(""));
  }

  private static Tensor input(long number, int which) {
    ByteBuffer bytes = ByteBuffer.allocate(WIDTH * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < WIDTH; i++) {
      bytes.putInt(value(number, which, i));
    }
    return Tensor.of(DataType.INT32, new long[] {1, WIDTH}, bytes.array());
  }

  /** Far enough apart that no tolerance joins two neighbours. */
  private static int value(long number, int which, int i) {
    return (int) ((number % 9973) * 100 + which * 31L + i);
  }
}
