package io.dunlin.loadtest.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tensors to and from JSON trees. For fixtures: simple, not fast. */
public final class TensorJson {
  private static final int MAX_BYTES = 256 << 20;

  private TensorJson() {}

  /** The elements as a flat array, in row-major order. */
  public static ArrayNode data(Tensor tensor) {
    ArrayNode data = JsonNodeFactory.instance.arrayNode();
    ByteBuffer bytes = tensor.bytes();
    while (bytes.hasRemaining()) {
      switch (tensor.dtype()) {
        case FLOAT -> data.add(bytes.getFloat());
        case DOUBLE -> data.add(bytes.getDouble());
        case INT32 -> data.add(bytes.getInt());
        case INT64 -> data.add(bytes.getLong());
        case BOOL -> data.add(bytes.get() != 0);
        case STRING -> {
          byte[] text = new byte[bytes.getInt()];
          bytes.get(text);
          data.add(new String(text, StandardCharsets.UTF_8));
        }
        default -> throw unsupported(tensor.dtype());
      }
    }
    return data;
  }

  /** V2's description of a tensor with its data. */
  public static ObjectNode v2(NamedTensor named) {
    Tensor tensor = named.tensor();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", named.name());
    ArrayNode shape = node.putArray("shape");
    for (long dim : tensor.dims()) {
      shape.add(dim);
    }
    node.put("datatype", tensor.dtype().v2Name().orElseThrow());
    node.set("data", data(tensor));
    return node;
  }

  /** The inputs of a V2 JSON request. */
  public static List<NamedTensor> fromV2(JsonNode request) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (JsonNode input : request.required("inputs")) {
      DataType dtype = DataType.ofV2Name(input.required("datatype").asText()).orElseThrow();
      List<JsonNode> elements = new ArrayList<>();
      flatten(input.required("data"), elements);
      long[] dims = new long[input.required("shape").size()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = input.required("shape").get(i).asLong();
      }
      tensors.add(new NamedTensor(input.required("name").asText(), tensor(dtype, dims, elements)));
    }
    return tensors;
  }

  /** The inputs of a TensorFlow Serving request in row format whose elements are named scalars. */
  public static List<NamedTensor> fromRows(Signature signature, JsonNode request) {
    JsonNode rows = request.required("instances");
    List<NamedTensor> tensors = new ArrayList<>();
    for (TensorSpec spec : signature.inputs()) {
      List<JsonNode> elements = new ArrayList<>();
      rows.forEach(row -> elements.add(row.required(spec.name())));
      tensors.add(
          new NamedTensor(spec.name(), tensor(spec.dtype(), new long[] {rows.size()}, elements)));
    }
    return tensors;
  }

  /** The leaves of nested arrays, in order. */
  public static void flatten(JsonNode node, List<JsonNode> leaves) {
    if (node.isArray()) {
      node.forEach(child -> flatten(child, leaves));
    } else {
      leaves.add(node);
    }
  }

  private static Tensor tensor(DataType dtype, long[] dims, List<JsonNode> elements) {
    TensorBuffer buffer = new TensorBuffer(dtype, 8 * elements.size(), MAX_BYTES);
    for (JsonNode element : elements) {
      switch (dtype) {
        case FLOAT -> buffer.putFloat(element.floatValue());
        case DOUBLE -> buffer.putDouble(element.doubleValue());
        case INT32 -> buffer.putInt(element.intValue());
        case INT64 -> buffer.putLong(element.longValue());
        case BOOL -> buffer.putByte(element.booleanValue() ? 1 : 0);
        case STRING -> {
          byte[] text = element.textValue().getBytes(StandardCharsets.UTF_8);
          buffer.putString(text, 0, text.length);
        }
        default -> throw unsupported(dtype);
      }
    }
    return buffer.toTensor(dims);
  }

  private static IllegalArgumentException unsupported(DataType dtype) {
    return new IllegalArgumentException(
        "dtype: "
            + dtype.label()
            + " (expected: float, double, int32, int64, bool or string in a load-test request)");
  }
}
