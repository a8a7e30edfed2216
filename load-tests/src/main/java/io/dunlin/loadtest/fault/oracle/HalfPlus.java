package io.dunlin.loadtest.fault.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import io.dunlin.loadtest.generator.Answer;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three rows of {@code y = x / 2 + c}; {@code c} tells the version: 2 in odd ones (the test model
 * {@code half_plus_two}), 3 in even ones ({@code half_plus_three}).
 *
 * @param model name of the model, with {@code /labels/L} or {@code /versions/V} behind it where
 *     asked for by those (TensorFlow Serving's protocol only)
 */
public record HalfPlus(String model, Protocol protocol) implements QuestionKind {
  private static final int ROWS = 3;
  private static final Pattern ASKED_VERSION = Pattern.compile("/versions/([0-9]+)$");

  /** What the body looks like. */
  public enum Protocol {
    TF_SERVING,
    V2_JSON,
    V2_BINARY
  }

  @Override
  public Question ask(long number, String host, Map<String, String> headers) {
    InferenceBodies bodies = new InferenceBodies(host, model, headers);
    List<NamedTensor> inputs = List.of(new NamedTensor("x", input(number)));
    AnswerCheck unchecked = AnswerCheck.none();
    PreparedRequest request =
        switch (protocol) {
          case TF_SERVING -> bodies.tfServing(model, inputs, unchecked);
          case V2_JSON -> bodies.v2Json(model, inputs, unchecked);
          case V2_BINARY -> bodies.v2Binary(model, inputs, unchecked);
        };
    return new Question(number, request, answer -> judge(number, answer));
  }

  private Judgement judge(long number, Answer answer) {
    if (answer.status() != 200) {
      return QuestionKind.ofStatus(answer);
    }
    long version = QuestionKind.version(answer);
    String replica = QuestionKind.replica(answer);
    Optional<String> misnamed = misnamed(version);
    if (misnamed.isPresent()) {
      return new Judgement(Verdict.MIXED, version, replica, misnamed.get());
    }
    Optional<String> objection = objection(number, offset(version), answer);
    if (objection.isEmpty()) {
      return new Judgement(Verdict.RIGHT, version, replica, "");
    }
    boolean ofAnother = objection(number, offset(version + 1), answer).isEmpty();
    return new Judgement(
        ofAnother ? Verdict.MIXED : Verdict.WRONG,
        version,
        replica,
        "version " + version + ": " + objection.get() + " in " + answer.text());
  }

  /** An answer names its version, and it is the one that was asked for, where one was. */
  private Optional<String> misnamed(long version) {
    if (version == 0) {
      return Optional.of("the answer names no version");
    }
    Matcher asked = ASKED_VERSION.matcher(model);
    return asked.find() && Long.parseLong(asked.group(1)) != version
        ? Optional.of("version " + version + " (expected: " + asked.group(1) + ", asked for)")
        : Optional.empty();
  }

  private Optional<String> objection(long number, int offset, Answer answer) {
    List<JsonNode> expected = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      expected.add(FloatNode.valueOf(x(number, row) / 2 + offset));
    }
    ExpectedOutputs outputs = new ExpectedOutputs(Map.of("y", expected));
    return protocol == Protocol.TF_SERVING
        ? outputs.objectionToTfServing(answer)
        : outputs.objectionToV2(answer);
  }

  private static int offset(long version) {
    return version % 2 == 0 ? 3 : 2;
  }

  private static Tensor input(long number) {
    ByteBuffer bytes = ByteBuffer.allocate(ROWS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < ROWS; row++) {
      bytes.putFloat(x(number, row));
    }
    return Tensor.of(DataType.FLOAT, new long[] {ROWS, 1}, bytes.array());
  }

  /** Whole numbers that floats hold exactly, far enough apart that no tolerance joins two. */
  private static float x(long number, int row) {
    return 10 * ((number * 7 + row * 13L) % 2003);
  }
}
