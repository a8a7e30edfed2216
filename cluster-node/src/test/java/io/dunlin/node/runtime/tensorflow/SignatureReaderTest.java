package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

class SignatureReaderTest {
  private static final TensorInfo FLOATS = info("y:0", DataType.FLOAT.number(), -1);

  @Test
  void readsNamesMethodDtypesShapesAndGraphNames() throws ModelLoadException {
    SignatureDef definition =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs("b", info("in_b:1", DataType.INT64.number(), -1, 3))
            .putInputs("a", info("in_a:0", DataType.STRING.number()))
            .putOutputs(
                "y",
                TensorInfo.newBuilder()
                    .setName("call:0")
                    .setDtypeValue(DataType.HALF.number())
                    .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                    .build())
            .build();
    assertThat(SignatureReader.read(Map.of("serving_default", definition)))
        .containsExactly(
            new Signature(
                "serving_default",
                "tensorflow/serving/predict",
                List.of(
                    new TensorSpec("a", DataType.STRING, Shape.of(), "in_a:0"),
                    new TensorSpec("b", DataType.INT64, Shape.of(-1, 3), "in_b:1")),
                List.of(new TensorSpec("y", DataType.HALF, Shape.unknownRank(), "call:0"))));
  }

  @Test
  void sortsSignaturesAndLeavesOutWhatCannotBeCalled() throws ModelLoadException {
    SignatureDef callable = SignatureDef.newBuilder().putOutputs("y", FLOATS).build();
    SignatureDef silent = SignatureDef.newBuilder().putInputs("x", FLOATS).build();
    assertThat(
            SignatureReader.read(
                Map.of(
                    "z",
                    callable,
                    "a",
                    callable,
                    "silent",
                    silent,
                    "__saved_model_init_op",
                    callable)))
        .extracting(Signature::name)
        .containsExactly("a", "z");
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void carriesEveryDtypeOfTheVocabulary(DataType dtype) throws ModelLoadException {
    SignatureDef definition =
        SignatureDef.newBuilder().putOutputs("y", info("y:0", dtype.number())).build();
    assertThat(SignatureReader.read(Map.of("s", definition)).get(0).outputs().get(0).dtype())
        .isEqualTo(dtype);
  }

  @ParameterizedTest
  @CsvSource({
    "0, dtype DT_INVALID cannot be carried",
    "11, dtype DT_QINT8 cannot be carried",
    "20, dtype DT_RESOURCE cannot be carried",
    "21, dtype DT_VARIANT cannot be carried",
    "24, dtype DT_FLOAT8_E5M2 cannot be carried",
    "101, dtype DT_FLOAT_REF is a reference to a variable and cannot be sent (expected: its value)",
    "120, dtype DT_RESOURCE_REF cannot be carried",
    "987, dtype 987 cannot be carried",
  })
  void refusesOtherDtypesByName(int number, String complaint) {
    SignatureDef definition =
        SignatureDef.newBuilder()
            .putInputs("x", info("x:0", number))
            .putOutputs("y", FLOATS)
            .build();
    assertThatThrownBy(() -> SignatureReader.read(Map.of("rank", definition)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("signature 'rank', input 'x': " + complaint);
  }

  @Test
  void refusesSparseCompositeAndNamelessTensors() {
    TensorInfo sparse =
        TensorInfo.newBuilder().setCooSparse(TensorInfo.CooSparse.getDefaultInstance()).build();
    TensorInfo composite =
        TensorInfo.newBuilder()
            .setCompositeTensor(TensorInfo.CompositeTensor.getDefaultInstance())
            .build();
    assertRefused(sparse, "is a sparse tensor (expected: a dense one)");
    assertRefused(composite, "is a composite tensor (expected: a dense one)");
    assertRefused(TensorInfo.getDefaultInstance(), "names no tensor of the graph");
  }

  @Test
  void refusesASizeBelowMinusOne() {
    assertRefused(
        info("y:0", DataType.FLOAT.number(), -1, -7),
        "size of dimension 1 is -7 (expected: >= -1)");
  }

  @Test
  void refusesAModelWithNothingToCall() {
    assertThatThrownBy(() -> SignatureReader.read(Map.of()))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("saved_model.pb: no callable signature (expected: at least one with outputs)");
  }

  private static void assertRefused(TensorInfo output, String complaint) {
    SignatureDef definition = SignatureDef.newBuilder().putOutputs("y", output).build();
    assertThatThrownBy(() -> SignatureReader.read(Map.of("s", definition)))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("signature 's', output 'y': " + complaint);
  }

  private static TensorInfo info(String name, int dtype, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(dim));
    }
    return TensorInfo.newBuilder().setName(name).setDtypeValue(dtype).setTensorShape(shape).build();
  }
}
