package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class TensorFlowLoadTest {
  @TempDir Path folder;

  @Test
  void describesEverySignature() {
    try (LoadedModel model = Examples.load("half_plus_two")) {
      assertThat(model.description().version()).isEqualTo(new ModelVersionId("half_plus_two", 1));
      assertThat(model.description().platform()).isEqualTo("tensorflow_savedmodel");
      assertThat(model.description().signatures())
          .extracting(Signature::name, Signature::methodName)
          .containsExactly(
              tuple("classify_x_to_y", "tensorflow/serving/classify"),
              tuple("regress_x_to_y", "tensorflow/serving/regress"),
              tuple("serving_default", "tensorflow/serving/predict"));
      Signature predict = model.description().signature(Signature.DEFAULT_NAME).orElseThrow();
      assertThat(predict.inputs())
          .containsExactly(
              new TensorSpec(
                  "x",
                  io.dunlin.shared.tensor.DataType.FLOAT,
                  Shape.of(-1, 1),
                  "serving_default_x:0"));
    }
  }

  @Test
  void refusesATruncatedGraphFile() {
    assertRefused("broken")
        .hasMessageStartingWith(
            "saved_model.pb: not a whole SavedModel message, cut short or damaged: ");
  }

  @Test
  void refusesAModelWhoseVariablesFolderIsMissing() {
    assertRefused("broken_no_variables")
        .hasMessageMatching(
            "variables: the graph has variable '\\w+' but there is no file .*variables\\.index");
  }

  @Test
  void refusesAModelWhoseVariableDataIsMissing() {
    assertRefused("broken_no_variable_data")
        .hasMessageStartingWith("variables: no file ")
        .hasMessageEndingWith("variables.data-00000-of-00001");
  }

  @Test
  void refusesAModelWithoutSignatures() {
    assertRefused("broken_no_signature")
        .hasMessage("saved_model.pb: no callable signature (expected: at least one with outputs)");
  }

  @Test
  void refusesAMissingFolder() {
    assertRefused("no_such_model").hasMessageStartingWith("folder does not exist: ");
  }

  @Test
  void refusesASignatureThatNamesATensorTheGraphLacks() {
    HandmadeModel model =
        identity()
            .signature(
                "s",
                Map.of("x", HandmadeModel.info("x:0", DataType.DT_FLOAT)),
                Map.of("y", HandmadeModel.info("y:7", DataType.DT_FLOAT)));
    assertThatThrownBy(() -> model.load(folder, "serve"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("signature 's', output 'y': the graph has no tensor 'y:7'");
  }

  @Test
  void refusesASignatureThatLiesAboutADtype() {
    HandmadeModel model =
        identity()
            .signature(
                "s",
                Map.of("x", HandmadeModel.info("x:0", DataType.DT_INT32)),
                Map.of("y", HandmadeModel.info("y:0", DataType.DT_FLOAT)));
    assertThatThrownBy(() -> model.load(folder, "serve"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "signature 's', input 'x': tensor 'x:0' has dtype number 1 (expected: 3, DT_INT32)");
  }

  @Test
  void refusesAGraphWithAnOpTensorFlowDoesNotKnow() {
    HandmadeModel model =
        new HandmadeModel()
            .node("y", "NoSuchOp", List.of(), Map.of())
            .signature("s", Map.of(), Map.of("y", HandmadeModel.info("y:0", DataType.DT_FLOAT)));
    assertThatThrownBy(() -> model.load(folder, "serve"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("TensorFlow cannot load it: ")
        .hasMessageContaining("NoSuchOp");
  }

  @Test
  void loadsAGraphTaggedServeAndMore() throws Exception {
    HandmadeModel model =
        identity()
            .signature(
                "s",
                Map.of("x", HandmadeModel.info("x:0", DataType.DT_FLOAT)),
                Map.of("y", HandmadeModel.info("y:0", DataType.DT_FLOAT)));
    try (LoadedModel loaded = model.load(folder, "serve", "gpu")) {
      assertThat(loaded.run("s", Values.inputs(Values.column(3))))
          .containsExactly(Values.column(3));
    }
  }

  @Test
  void countsVariablesGraphAndTheLargestRunAsMemory() throws Exception {
    try (LoadedModel model = Examples.load("wide")) {
      long loaded = model.memoryBytes();
      assertThat(loaded).isPositive();
      int row = 224 * 224 * 3;
      model.run(
          Signature.DEFAULT_NAME,
          Values.inputs(Values.floats(Values.shape(2, row), new float[2 * row])));
      model.run(
          Signature.DEFAULT_NAME,
          Values.inputs(Values.floats(Values.shape(1, row), new float[row])));
      assertThat(model.memoryBytes()).isEqualTo(loaded + 2L * row * Float.BYTES + 2 * Float.BYTES);
    }
  }

  @Test
  void runsNoMoreOnceClosed() {
    LoadedModel model = Examples.load("half_plus_two");
    model.close();
    model.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> model.run(Signature.DEFAULT_NAME, Values.inputs(Values.column(1))))
        .withMessage("the model is closed");
  }

  @Test
  void saysWhatTensorFlowItIsAndOnWhichDevices() {
    assertThat(TensorFlowNative.version()).startsWith("2.");
    assertThat(TensorFlowNative.devices(TensorFlowSettings.DEFAULT))
        .anyMatch(device -> device.type().equals("CPU") && device.memoryBytes() > 0);
  }

  private static HandmadeModel identity() {
    return new HandmadeModel()
        .placeholder("x", DataType.DT_FLOAT)
        .node("y", "Identity", List.of("x"), Map.of("T", HandmadeModel.type(DataType.DT_FLOAT)));
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String model) {
    return assertThatThrownBy(() -> Examples.tryLoad(model, LoadOptions.DEFAULT))
        .isInstanceOf(ModelLoadException.class);
  }
}
