package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.model.ModelVersionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/** A SavedModel put together node by node, for what no exporter would write. */
final class HandmadeModel {
  /** The version of the graph format that TensorFlow 2.18 writes. */
  private static final int GRAPH_PRODUCER = 1882;

  private final GraphDef.Builder graph =
      GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(GRAPH_PRODUCER));
  private final MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder();

  static AttrValue type(DataType dtype) {
    return AttrValue.newBuilder().setType(dtype).build();
  }

  static AttrValue anyShape() {
    return AttrValue.newBuilder()
        .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
        .build();
  }

  HandmadeModel node(String name, String op, List<String> inputs, Map<String, AttrValue> attrs) {
    graph.addNode(
        NodeDef.newBuilder().setName(name).setOp(op).addAllInput(inputs).putAllAttr(attrs));
    return this;
  }

  /** A placeholder that takes any shape. */
  HandmadeModel placeholder(String name, DataType dtype) {
    return node(name, "Placeholder", List.of(), Map.of("dtype", type(dtype), "shape", anyShape()));
  }

  HandmadeModel signature(
      String name, Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs) {
    metaGraph.putSignatureDef(
        name,
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putAllInputs(inputs)
            .putAllOutputs(outputs)
            .build());
    return this;
  }

  static TensorInfo info(String name, DataType dtype) {
    return TensorInfo.newBuilder()
        .setName(name)
        .setDtype(dtype)
        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
        .build();
  }

  /** Loads it, in process, from a folder it writes. */
  LoadedModel load(Path folder, String... tags) throws ModelLoadException {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(
                metaGraph
                    .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addAllTags(List.of(tags)))
                    .setGraphDef(graph))
            .build();
    try {
      Files.write(folder.resolve(SavedModelFile.NAME), model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TensorFlowRuntime(TensorFlowSettings.DEFAULT)
        .load(new ModelVersionId("handmade", 1), folder, LoadOptions.DEFAULT);
  }
}
