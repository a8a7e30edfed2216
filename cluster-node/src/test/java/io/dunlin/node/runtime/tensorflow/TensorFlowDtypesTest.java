package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.TensorInfo;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TensorFlowDtypesTest {
  private LoadedModel identity;

  @BeforeAll
  void load() {
    identity = Examples.load("identity");
  }

  @AfterAll
  void close() {
    identity.close();
  }

  @ParameterizedTest
  @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void carriesEveryBitOfAFixedWidthDtype(DataType dtype) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(dtype.number());
    byte[] bytes = new byte[6 * 7 * dtype.byteSize()];
    random.nextBytes(bytes);
    if (dtype == DataType.BOOL) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] &= 1;
      }
    }
    assertCarried(Tensor.of(dtype, Values.shape(6, 7), bytes));
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void carriesNoRowsAndNoColumns(DataType dtype) throws Exception {
    assertCarried(Tensor.of(dtype, Values.shape(0, 5), new byte[0]));
    assertCarried(Tensor.of(dtype, Values.shape(5, 0), new byte[0]));
  }

  @Test
  void carriesStringsOfEveryLengthAroundTheCell() throws Exception {
    byte[][] strings = new byte[64][];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = new byte[i];
      Arrays.fill(strings[i], (byte) ('A' + i));
    }
    assertCarried(Values.strings(Values.shape(8, 8), strings));
  }

  @Test
  void carriesEmptyHugeAndNonTextStrings() throws Exception {
    byte[] huge = new byte[1 << 20];
    Arrays.fill(huge, (byte) 'h');
    byte[] nonText = {(byte) 0xff, 0, (byte) 0xfe, 10, (byte) 0x80};
    byte[] text = "Alpenstrandläufer, с любовью, 🐦".getBytes(StandardCharsets.UTF_8);
    assertCarried(
        Values.strings(
            Values.shape(2, 3), new byte[0], huge, nonText, text, new byte[22], new byte[23]));
  }

  @Test
  void carriesMoreStringsThanAreLookedAtInOneGo() throws Exception {
    byte[][] strings = new byte[3 * RunSlot.CELLS_AT_ONCE + 1][];
    for (int i = 0; i < strings.length; i++) {
      strings[i] =
          Integer.toString(i).repeat(i % 100 == 0 ? 20 : 1).getBytes(StandardCharsets.UTF_8);
    }
    assertCarried(Values.strings(Values.shape(1, strings.length), strings));
    Arrays.fill(strings, "short".getBytes(StandardCharsets.UTF_8));
    assertCarried(Values.strings(Values.shape(strings.length, 1), strings));
  }

  /**
   * A graph may keep a tensor it was fed. The variable below holds on to the strings, whose blocks
   * must then outlive the run that brought them.
   */
  @Test
  void keepsStringsAliveForAGraphThatKeepsThem(@TempDir Path folder) throws Exception {
    var string = org.tensorflow.proto.DataType.DT_STRING;
    Map<String, TensorInfo> fed = Map.of("x", HandmadeModel.info("x:0", string));
    HandmadeModel model =
        new HandmadeModel()
            .placeholder("x", string)
            .node(
                "kept",
                "VarHandleOp",
                List.of(),
                Map.of("dtype", HandmadeModel.type(string), "shape", HandmadeModel.anyShape()))
            .node(
                "keep",
                "AssignVariableOp",
                List.of("kept", "x"),
                Map.of("dtype", HandmadeModel.type(string)))
            .node(
                "done", "Identity", List.of("x", "^keep"), Map.of("T", HandmadeModel.type(string)))
            .node(
                "read",
                "ReadVariableOp",
                List.of("kept"),
                Map.of("dtype", HandmadeModel.type(string)))
            .signature("keep", fed, Map.of("y", HandmadeModel.info("done:0", string)))
            .signature("recall", Map.of(), Map.of("y", HandmadeModel.info("read:0", string)));
    try (LoadedModel loaded = model.load(folder, "serve")) {
      Tensor kept = Values.strings("a string too long for its cell", "short", "x".repeat(5000));
      loaded.run("keep", Values.inputs(kept));
      for (int i = 0; i < 50; i++) {
        Tensor other = Values.strings("z".repeat(30), "other", "y".repeat(5000));
        identity.run("string", Values.inputs(other.reshape(1, 3)));
      }
      assertThat(loaded.run("recall", List.of())).containsExactly(kept);
      loaded.run("keep", Values.inputs(Values.strings("now something else, as long as before")));
    }
  }

  private void assertCarried(Tensor tensor) throws Exception {
    String signature = tensor.dtype() == DataType.HALF ? "float16" : name(tensor.dtype());
    List<Tensor> outputs = identity.run(signature, Values.inputs(tensor));
    assertThat(outputs).containsExactly(tensor);
  }

  /** The identity model's signatures carry the names of Python's dtypes. */
  private static String name(DataType dtype) {
    return switch (dtype) {
      case FLOAT -> "float32";
      case DOUBLE -> "float64";
      case HALF,
          INT32,
          UINT8,
          INT16,
          INT8,
          STRING,
          COMPLEX64,
          INT64,
          BOOL,
          BFLOAT16,
          UINT16,
          COMPLEX128,
          UINT32,
          UINT64 ->
          dtype.label();
    };
  }
}
