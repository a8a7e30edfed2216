package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.ModelLoadException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** Which signatures of a graph are offered, and what they take and give. */
final class SignatureReader {
  /** TensorFlow's entry for its own initialisation; run by the loader, not callable. */
  private static final String INIT_OP = "__saved_model_init_op";

  /** Reference types are the plain type plus this, in TensorFlow's {@code types.proto}. */
  private static final int REF_OFFSET = 100;

  private SignatureReader() {}

  /**
   * The callable signatures, sorted by name.
   *
   * @throws ModelLoadException when there is none, or one takes or gives what Dunlin cannot carry,
   *     naming signature, tensor and dtype
   */
  static List<Signature> read(Map<String, SignatureDef> definitions) throws ModelLoadException {
    List<Signature> signatures = new ArrayList<>();
    for (Map.Entry<String, SignatureDef> entry : definitions.entrySet()) {
      SignatureDef definition = entry.getValue();
      if (entry.getKey().equals(INIT_OP) || definition.getOutputsCount() == 0) {
        continue;
      }
      signatures.add(
          new Signature(
              entry.getKey(),
              definition.getMethodName(),
              specs(entry.getKey(), "input", definition.getInputsMap()),
              specs(entry.getKey(), "output", definition.getOutputsMap())));
    }
    if (signatures.isEmpty()) {
      throw new ModelLoadException(
          SavedModelFile.NAME + ": no callable signature (expected: at least one with outputs)");
    }
    signatures.sort(Comparator.comparing(Signature::name));
    return List.copyOf(signatures);
  }

  private static List<TensorSpec> specs(
      String signature, String role, Map<String, TensorInfo> tensors) throws ModelLoadException {
    List<TensorSpec> specs = new ArrayList<>(tensors.size());
    for (Map.Entry<String, TensorInfo> entry : tensors.entrySet()) {
      TensorInfo info = entry.getValue();
      String where = "signature '" + signature + "', " + role + " '" + entry.getKey() + "'";
      requireDense(where, info);
      specs.add(
          new TensorSpec(entry.getKey(), dtype(where, info), shape(where, info), info.getName()));
    }
    return specs;
  }

  private static void requireDense(String where, TensorInfo info) throws ModelLoadException {
    switch (info.getEncodingCase()) {
      case NAME -> {}
      case COO_SPARSE ->
          throw new ModelLoadException(where + ": is a sparse tensor (expected: a dense one)");
      case COMPOSITE_TENSOR ->
          throw new ModelLoadException(where + ": is a composite tensor (expected: a dense one)");
      case ENCODING_NOT_SET ->
          throw new ModelLoadException(where + ": names no tensor of the graph");
    }
  }

  private static DataType dtype(String where, TensorInfo info) throws ModelLoadException {
    int number = info.getDtypeValue();
    return DataType.ofNumber(number)
        .orElseThrow(() -> new ModelLoadException(where + ": " + refusal(number, info)));
  }

  private static String refusal(int number, TensorInfo info) {
    boolean reference = number > REF_OFFSET && DataType.ofNumber(number - REF_OFFSET).isPresent();
    return "dtype "
        + (info.getDtype() == org.tensorflow.proto.DataType.UNRECOGNIZED
            ? Integer.toString(number)
            : info.getDtype().name())
        + (reference
            ? " is a reference to a variable and cannot be sent (expected: its value)"
            : " cannot be carried");
  }

  private static Shape shape(String where, TensorInfo info) throws ModelLoadException {
    TensorShapeProto proto = info.getTensorShape();
    if (proto.getUnknownRank()) {
      return Shape.unknownRank();
    }
    long[] dims = new long[proto.getDimCount()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = proto.getDim(i).getSize();
      if (dims[i] < -1) {
        throw new ModelLoadException(
            where + ": size of dimension " + i + " is " + dims[i] + " (expected: >= -1)");
      }
    }
    return Shape.of(dims);
  }
}
