package io.dunlin.node.runtime.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.LongStream;

/** The rows of a shipped request, well formed as they are, as the inputs of a signature. */
final class SampleRequests {
  private SampleRequests() {}

  static String signatureName(JsonNode request) {
    return request.path("signature_name").asText(Signature.DEFAULT_NAME);
  }

  static List<Input> inputs(Signature signature, JsonNode request) {
    JsonNode rows = request.get("instances");
    return signature.inputs().stream().map(spec -> input(spec, rows)).toList();
  }

  private static Input input(TensorSpec spec, JsonNode rows) {
    TensorBuffer buffer = new TensorBuffer(spec.dtype(), 64, 1 << 24);
    LongStream.Builder dims = LongStream.builder().add(rows.size());
    JsonNode first = rows.get(0).get(spec.name());
    for (JsonNode at = first; at.isArray(); at = at.get(0)) {
      dims.add(at.size());
    }
    for (JsonNode row : rows) {
      putAll(buffer, row.get(spec.name()));
    }
    return Input.of(buffer.toTensor(dims.build().toArray()));
  }

  private static void putAll(TensorBuffer buffer, JsonNode value) {
    if (value.isArray()) {
      value.forEach(element -> putAll(buffer, element));
    } else {
      put(buffer, value);
    }
  }

  private static void put(TensorBuffer buffer, JsonNode value) {
    if (buffer.dtype() == DataType.STRING) {
      byte[] bytes =
          value.isObject()
              ? Base64.getDecoder().decode(value.get("b64").asText())
              : value.asText().getBytes(StandardCharsets.UTF_8);
      buffer.putString(bytes, 0, bytes.length);
    } else if (buffer.dtype() == DataType.FLOAT) {
      buffer.putFloat((float) value.asDouble());
    } else if (buffer.dtype() == DataType.INT64) {
      buffer.putLong(value.asLong());
    } else if (buffer.dtype() == DataType.BOOL) {
      buffer.putByte(value.asBoolean() ? 1 : 0);
    } else {
      throw new AssertionError("no sample request has dtype " + buffer.dtype());
    }
  }
}
