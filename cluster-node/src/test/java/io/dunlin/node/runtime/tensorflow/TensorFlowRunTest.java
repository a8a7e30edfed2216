package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.offset;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class TensorFlowRunTest {
  @Test
  void stacksPartsAndPadsWithTheLastRow() throws Exception {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      Input input = new Input(List.of(Values.column(1, 2), Values.column(3), Values.column()), 2);
      assertThat(model.run(Signature.DEFAULT_NAME, List.of(input)))
          .containsExactly(Values.column(2.5f, 3, 3.5f, 3.5f, 3.5f));
    }
  }

  @Test
  void stacksStringsShortAndLongAndPadsThem() throws Exception {
    String longOne = "a string that does not fit into its cell";
    try (LoadedModel model = Examples.load("string_identity")) {
      Input input =
          new Input(
              List.of(
                  Values.strings("a", longOne),
                  Values.strings(new String[0]),
                  Values.strings("", longOne)),
              2);
      List<Tensor> outputs = model.run(Signature.DEFAULT_NAME, List.of(input));
      assertThat(Values.strings(outputs.get(0)))
          .containsExactly("a", longOne, "", longOne, longOne, longOne);
    }
  }

  @Test
  void stacksPartsOfEverySizeInOrder() throws Exception {
    try (LoadedModel model = Examples.load("identity")) {
      List<Tensor> parts =
          IntStream.of(1, 300, 2, 20_000, 5, 1, 9_000).mapToObj(rows -> numbered(rows)).toList();
      List<Tensor> outputs = model.run("int32", List.of(new Input(parts, 0)));
      assertThat(outputs).containsExactly(Tensor.concat(parts));
    }
  }

  @Test
  void answersABatchAsItAnswersItsRows() throws Exception {
    try (LoadedModel model = Examples.load("fraud-detection")) {
      Signature signature = model.description().signature(Signature.DEFAULT_NAME).orElseThrow();
      List<Input> batch =
          SampleRequests.inputs(signature, Examples.request("fraud-detection.json"));
      List<Tensor> together = model.run(Signature.DEFAULT_NAME, batch);
      long rows = together.get(0).rows();
      for (long row = 0; row < rows; row++) {
        long at = row;
        List<Input> one =
            batch.stream().map(in -> Input.of(in.parts().get(0).rows(at, at + 1))).toList();
        List<Tensor> alone = model.run(Signature.DEFAULT_NAME, one);
        assertThat(together.get(0).rows(row, row + 1)).isEqualTo(alone.get(0));
        assertThat(Values.floats(together.get(1).rows(row, row + 1)))
            .containsExactly(Values.floats(alone.get(1)), offset(1e-6f));
      }
    }
  }

  @Test
  void givesOutputsInTheOrderOfTheSignature() throws Exception {
    try (LoadedModel model = Examples.load("two_outputs")) {
      Tensor a = Values.floats(Values.shape(1, 3), 1, 0, 2);
      Tensor b = Values.floats(Values.shape(1, 3), 1, 1, 0);
      assertThat(model.run(Signature.DEFAULT_NAME, Values.inputs(a, b)))
          .containsExactly(
              Values.floats(Values.shape(1), 3), Values.floats(Values.shape(1, 3), 2, 1, 2));
    }
  }

  @Test
  void givesAScalar() throws Exception {
    try (LoadedModel model = Examples.load("no_batch")) {
      assertThat(
              model.run(
                  Signature.DEFAULT_NAME, Values.inputs(Values.floats(Values.shape(3), 1, 2, 4))))
          .containsExactly(Values.floats(Values.shape(), 7));
    }
  }

  @Test
  void computesTheSameWithOpsOnOtherThreads() throws Exception {
    try (LoadedModel model = Examples.load("half_plus_two", new LoadOptions(1, false))) {
      assertThat(model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(4))))
          .containsExactly(Values.column(4));
    }
  }

  @Test
  void tellsTheCallerWhatTheGraphRefuses() {
    try (LoadedModel model = Examples.load("poison")) {
      Tensor good = Values.floats(Values.shape(1, 4), 1, 2, 3, 4);
      Tensor bad = Values.floats(Values.shape(1, 4), -999, 2, 3, 4);
      Input batch = new Input(List.of(good, bad, good), 0);
      assertRefused(model, FailureCode.INVALID_ARGUMENT, batch)
          .hasMessage("assertion failed: [poison: a row has -999 as its first element]");
    }
  }

  @Test
  void leavesTheShapeToTensorFlow() {
    try (LoadedModel model = Examples.load("two_outputs")) {
      assertThatThrownBy(
              () ->
                  model.run(
                      Signature.DEFAULT_NAME,
                      Values.inputs(
                          Values.floats(Values.shape(1, 3), 1, 2, 3),
                          Values.floats(Values.shape(1, 5), 1, 2, 3, 4, 5))))
          .isInstanceOf(ModelRunException.class)
          .hasMessageContaining("[1,3]")
          .hasMessageContaining("[1,5]")
          .hasMessageNotContaining("{{")
          .extracting(e -> ((ModelRunException) e).code())
          .isEqualTo(FailureCode.INVALID_ARGUMENT);
    }
  }

  @Test
  void refusesAnUnknownSignatureNamingThoseThereAre() {
    try (LoadedModel model = Examples.load("string_identity")) {
      assertThatThrownBy(() -> model.run("nope", List.of()))
          .isInstanceOf(ModelRunException.class)
          .hasMessage("signature: 'nope' (expected one of: bytes, serving_default)")
          .extracting(e -> ((ModelRunException) e).code())
          .isEqualTo(FailureCode.NOT_FOUND);
    }
  }

  @Test
  void refusesWhatDoesNotFitTheSignature() {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      assertRefused(model, FailureCode.INVALID_ARGUMENT)
          .hasMessage("inputs: 0 (expected: 1 for signature 'serving_default')");
      assertRefused(model, FailureCode.INVALID_ARGUMENT, new Input(List.of(), 0))
          .hasMessage("input 'x': no tensor");
      assertRefused(
              model, FailureCode.INVALID_ARGUMENT, Input.of(Values.ints(Values.shape(1, 1), 1)))
          .hasMessage("input 'x': dtype int32 (expected: float)");
      Tensor column = Values.column(1);
      Tensor pair = Values.floats(Values.shape(1, 2), 1, 2);
      assertRefused(model, FailureCode.INVALID_ARGUMENT, new Input(List.of(column, pair), 0))
          .hasMessage("input 'x': float[1,2] does not stack with float[1,1]");
      assertRefused(model, FailureCode.INVALID_ARGUMENT, new Input(List.of(Values.column()), 1))
          .hasMessage("input 'x': no row that 1 rows of padding could repeat");
      Tensor scalar = Values.floats(Values.shape(), 1);
      assertRefused(model, FailureCode.INVALID_ARGUMENT, new Input(List.of(scalar), 1))
          .hasMessage("input 'x': no row that 1 rows of padding could repeat");
    }
  }

  @Test
  void refusesShapesThatWouldMakeTensorFlowAbortTheProcess() {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      long huge = 1L << 62;
      Tensor overflowing = Tensor.of(DataType.FLOAT, Values.shape(huge, huge, 0), new byte[0]);
      assertRefused(model, FailureCode.INVALID_ARGUMENT, Input.of(overflowing))
          .hasMessageStartingWith("input 'x': shape [4611686018427387904, ");
      long[] deep = new long[255];
      Arrays.fill(deep, 1);
      assertRefused(model, FailureCode.INVALID_ARGUMENT, Input.of(Values.floats(deep, 1)))
          .hasMessage("input 'x': rank 255 (expected: <= 254)");
    }
  }

  @Test
  void bringsTheLargestShapesThereMayBeToTensorFlow() throws Exception {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      long[] deepest = new long[254];
      Arrays.fill(deepest, 1);
      Tensor wide = Tensor.of(DataType.FLOAT, Values.shape(0, Long.MAX_VALUE), new byte[0]);
      for (Tensor odd : List.of(Values.floats(deepest, 1), wide)) {
        Throwable refusal =
            catchThrowable(() -> model.run(Signature.DEFAULT_NAME, Values.inputs(odd)));
        if (refusal != null) {
          assertThat(refusal).isInstanceOf(ModelRunException.class);
        }
      }
      assertThat(model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(4))))
          .containsExactly(Values.column(4));
    }
  }

  /**
   * More than any address space, so that no machine has it. Only with long strings: for other
   * tensors TensorFlow itself tries for ten seconds before it gives up.
   */
  @Test
  void saysWhenThereIsNotEnoughNativeMemory() {
    int rows = 2_000_000_000;
    int columns = 5000;
    try (LoadedModel model = Examples.load("identity")) {
      Tensor wide = Values.strings(Values.shape(1, columns), new byte[columns][30]);
      assertThatThrownBy(() -> model.run("string", List.of(new Input(List.of(wide), rows - 1))))
          .isInstanceOf(ModelRunException.class)
          .hasMessage(
              "input 'x': no native memory for %d bytes",
              (long) rows * columns * StringCells.CELL_BYTES)
          .extracting(e -> ((ModelRunException) e).code())
          .isEqualTo(FailureCode.RESOURCE_EXHAUSTED);
    }
  }

  private static Tensor numbered(int rows) {
    return Values.ints(Values.shape(rows, 1), IntStream.range(0, rows).toArray());
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(
      LoadedModel model, FailureCode code, Input... inputs) {
    return assertThatThrownBy(() -> model.run(Signature.DEFAULT_NAME, List.of(inputs)))
        .asInstanceOf(InstanceOfAssertFactories.type(ModelRunException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE);
  }
}
