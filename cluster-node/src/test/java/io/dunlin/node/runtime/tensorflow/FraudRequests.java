package io.dunlin.node.runtime.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows of a JSON request as the inputs of a signature that takes a scalar per row and input. */
final class FraudRequests {
  private FraudRequests() {}

  static List<Input> inputs(Signature signature, JsonNode rows) {
    return signature.inputs().stream().map(spec -> input(spec, rows)).toList();
  }

  private static Input input(TensorSpec spec, JsonNode rows) {
    TensorBuffer buffer = new TensorBuffer(spec.dtype(), 64, 1 << 20);
    for (JsonNode row : rows) {
      put(buffer, spec.dtype(), row.get(spec.name()));
    }
    return Input.of(buffer.toTensor(rows.size()));
  }

  private static void put(TensorBuffer buffer, DataType dtype, JsonNode value) {
    switch (dtype) {
      case FLOAT -> buffer.putFloat((float) value.asDouble());
      case INT64 -> buffer.putLong(value.asLong());
      case BOOL -> buffer.putByte(value.asBoolean() ? 1 : 0);
      case STRING -> {
        byte[] text = value.asText().getBytes(StandardCharsets.UTF_8);
        buffer.putString(text, 0, text.length);
      }
      default -> throw new AssertionError(dtype);
    }
  }
}
