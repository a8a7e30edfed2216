package io.dunlin.loadtest.benchmark;

import com.google.protobuf.ByteString;
import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.node.runtime.tensorflow.TensorFlowRuntime;
import io.dunlin.node.runtime.tensorflow.TensorFlowSettings;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/**
 * Writes a SavedModel of a given size: a chain of square matrices, {@code y = x W0 W1 ..}, in
 * variables of 64 MiB. TensorFlow itself writes the variables' files, by a run of a second, small
 * SavedModel whose graph does nothing else.
 */
final class LargeModel {
  private static final int GRAPH_PRODUCER = 1882;
  private static final int SIDE = 4096;
  private static final long MATRIX_BYTES = 4L * SIDE * SIDE;
  private static final String PREFIX = "prefix";

  private final int matrices;
  private final GraphDef.Builder graph =
      GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(GRAPH_PRODUCER));

  private LargeModel(int matrices) {
    this.matrices = matrices;
  }

  /**
   * @param folder of the version, to be made
   * @param bytes of its variables; rounded down to whole matrices
   */
  static void write(Path folder, long bytes) throws IOException {
    int matrices = Math.toIntExact(bytes / MATRIX_BYTES);
    Path variables = Files.createDirectories(folder.resolve("variables")).resolve("variables");
    Path writer = Files.createTempDirectory("dunlin-writer");
    Path writerFile = writer.resolve("saved_model.pb");
    try {
      new LargeModel(matrices).writer(writerFile);
      new LargeModel(matrices).model(folder.resolve("saved_model.pb"));
      run(writer, variables);
    } catch (ModelLoadException | ModelRunException e) {
      throw new IOException("variables cannot be written: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(writerFile);
      Files.delete(writer);
    }
  }

  private static void run(Path writer, Path variables)
      throws ModelLoadException, ModelRunException {
    byte[] text = variables.toString().getBytes(StandardCharsets.UTF_8);
    TensorBuffer buffer =
        new TensorBuffer(io.dunlin.shared.tensor.DataType.STRING, text.length + 4, 1 << 20);
    buffer.putString(text, 0, text.length);
    Tensor prefix = buffer.toTensor();
    TensorFlowRuntime runtime = new TensorFlowRuntime(TensorFlowSettings.DEFAULT);
    runtime.prepare();
    try (LoadedModel model =
        runtime.load(new ModelVersionId("writer", 1), writer, LoadOptions.DEFAULT)) {
      List<Tensor> unused =
          model.run(Signature.DEFAULT_NAME, List.of(LoadedModel.Input.of(prefix)));
    }
  }

  // ---- the two graphs

  private void writer(Path file) throws IOException {
    placeholder(PREFIX, DataType.DT_STRING, scalar());
    names("names");
    strings("slices", Collections.nCopies(matrices, ""));
    ints("dims", SIDE, SIDE);
    constant(
        "value",
        DataType.DT_FLOAT,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(scalar())
            .addFloatVal(1f / SIDE));
    node("matrix", "Fill", List.of("dims", "value"), Map.of("T", type(DataType.DT_FLOAT)));
    List<String> inputs = new ArrayList<>(List.of(PREFIX, "names", "slices"));
    inputs.addAll(Collections.nCopies(matrices, "matrix"));
    node("save", "SaveV2", inputs, Map.of("dtypes", floats()));
    node("written", "Identity", List.of(PREFIX, "^save"), Map.of("T", type(DataType.DT_STRING)));
    save(
        file,
        SaverDef.getDefaultInstance(),
        "prefix",
        info(PREFIX + ":0", DataType.DT_STRING, scalar()),
        info("written:0", DataType.DT_STRING, scalar()));
  }

  private void model(Path file) throws IOException {
    placeholder(PREFIX, DataType.DT_STRING, scalar());
    names("names");
    strings("slices", Collections.nCopies(matrices, ""));
    node("read", "RestoreV2", List.of(PREFIX, "names", "slices"), Map.of("dtypes", floats()));
    List<String> assigned = new ArrayList<>();
    String last = "x";
    placeholder("x", DataType.DT_FLOAT, shape(-1, SIDE));
    for (int i = 0; i < matrices; i++) {
      Map<String, AttrValue> dtype = Map.of("dtype", type(DataType.DT_FLOAT));
      node(
          "w" + i,
          "VarHandleOp",
          List.of(),
          Map.of(
              "dtype",
              type(DataType.DT_FLOAT),
              "shape",
              AttrValue.newBuilder().setShape(shape(SIDE, SIDE)).build(),
              "shared_name",
              AttrValue.newBuilder().setS(ByteString.copyFromUtf8("w" + i)).build()));
      node("assign" + i, "AssignVariableOp", List.of("w" + i, "read:" + i), dtype);
      assigned.add("^assign" + i);
      node("value" + i, "ReadVariableOp", List.of("w" + i), dtype);
      node("y" + i, "MatMul", List.of(last, "value" + i), Map.of("T", type(DataType.DT_FLOAT)));
      last = "y" + i;
    }
    node("restore", "NoOp", assigned, Map.of());
    save(
        file,
        SaverDef.newBuilder()
            .setFilenameTensorName(PREFIX + ":0")
            .setRestoreOpName("restore")
            .setVersion(SaverDef.CheckpointFormatVersion.V2)
            .build(),
        "x",
        info("x:0", DataType.DT_FLOAT, shape(-1, SIDE)),
        info(last + ":0", DataType.DT_FLOAT, shape(-1, SIDE)));
  }

  private void save(
      Path file, SaverDef saver, String inputName, TensorInfo input, TensorInfo output)
      throws IOException {
    MetaGraphDef.Builder metaGraph =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
            .setGraphDef(graph)
            .putSignatureDef(
                Signature.DEFAULT_NAME,
                SignatureDef.newBuilder()
                    .setMethodName("tensorflow/serving/predict")
                    .putInputs(inputName, input)
                    .putOutputs("y", output)
                    .build());
    if (!saver.getRestoreOpName().isEmpty()) {
      metaGraph.setSaverDef(saver);
    }
    Files.write(
        file,
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(metaGraph)
            .build()
            .toByteArray());
  }

  // ---- nodes

  private void node(String name, String op, List<String> inputs, Map<String, AttrValue> attrs) {
    graph.addNode(
        NodeDef.newBuilder().setName(name).setOp(op).addAllInput(inputs).putAllAttr(attrs));
  }

  private void placeholder(String name, DataType dtype, TensorShapeProto shape) {
    node(
        name,
        "Placeholder",
        List.of(),
        Map.of("dtype", type(dtype), "shape", AttrValue.newBuilder().setShape(shape).build()));
  }

  private void constant(String name, DataType dtype, TensorProto.Builder value) {
    node(
        name,
        "Const",
        List.of(),
        Map.of("dtype", type(dtype), "value", AttrValue.newBuilder().setTensor(value).build()));
  }

  private void names(String name) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < matrices; i++) {
      texts.add("w" + i);
    }
    strings(name, texts);
  }

  private void strings(String name, List<String> texts) {
    TensorProto.Builder value =
        TensorProto.newBuilder().setDtype(DataType.DT_STRING).setTensorShape(shape(texts.size()));
    texts.forEach(text -> value.addStringVal(ByteString.copyFromUtf8(text)));
    constant(name, DataType.DT_STRING, value);
  }

  private void ints(String name, int... values) {
    TensorProto.Builder value =
        TensorProto.newBuilder().setDtype(DataType.DT_INT32).setTensorShape(shape(values.length));
    for (int number : values) {
      value.addIntVal(number);
    }
    constant(name, DataType.DT_INT32, value);
  }

  private AttrValue floats() {
    AttrValue.ListValue list =
        AttrValue.ListValue.newBuilder()
            .addAllType(Collections.nCopies(matrices, DataType.DT_FLOAT))
            .build();
    return AttrValue.newBuilder().setList(list).build();
  }

  private static AttrValue type(DataType dtype) {
    return AttrValue.newBuilder().setType(dtype).build();
  }

  private static TensorInfo info(String name, DataType dtype, TensorShapeProto shape) {
    return TensorInfo.newBuilder().setName(name).setDtype(dtype).setTensorShape(shape).build();
  }

  private static TensorShapeProto scalar() {
    return TensorShapeProto.getDefaultInstance();
  }

  private static TensorShapeProto shape(long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(dim));
    }
    return shape.build();
  }
}
