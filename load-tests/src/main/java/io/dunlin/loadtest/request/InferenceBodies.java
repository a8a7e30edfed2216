package io.dunlin.loadtest.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Renders requests to one model.
 *
 * @param host value of the Host header
 * @param model its name
 * @param headers sent with each request
 */
public record InferenceBodies(String host, String model, Map<String, String> headers) {

  public InferenceBodies(String host, String model) {
    this(host, model, Map.of());
  }

  /** {@code POST /v1/models/M:predict} with a ready body. */
  public PreparedRequest tfServing(String name, byte[] body, AnswerCheck check) {
    return post(name, "/v1/models/" + model + ":predict", json(), body, check);
  }

  /** {@code POST /v1/models/M:predict} in column format. */
  public PreparedRequest tfServing(String name, List<NamedTensor> inputs, AnswerCheck check) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("inputs", columns(inputs));
    return tfServing(name, bytes(body), check);
  }

  /** Each input's nested arrays under its name. */
  public static ObjectNode columns(List<NamedTensor> inputs) {
    ObjectNode columns = JsonNodeFactory.instance.objectNode();
    for (NamedTensor input : inputs) {
      columns.set(input.name(), nested(input.tensor()));
    }
    return columns;
  }

  /** {@code POST /v2/models/M/infer} with JSON in and out. */
  public PreparedRequest v2Json(String name, List<NamedTensor> inputs, AnswerCheck check) {
    return post(name, v2Path(), json(), bytes(v2JsonBody(inputs)), check);
  }

  /** {@code POST /v2/models/M/infer} with binary tensors in and out. */
  public PreparedRequest v2Binary(String name, List<NamedTensor> inputs, AnswerCheck check) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    ArrayNode described = request.putArray("inputs");
    for (NamedTensor input : inputs) {
      Tensor tensor = input.tensor();
      ObjectNode node = TensorJson.v2(input);
      node.remove("data");
      node.putObject("parameters").put("binary_data_size", tensor.byteSize());
      described.add(node);
      tensors.write(tensor.array(), tensor.arrayOffset(), tensor.byteSize());
    }
    request.putObject("parameters").put("binary_data_output", true);
    byte[] head = bytes(request);
    byte[] body = new byte[head.length + tensors.size()];
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(tensors.toByteArray(), 0, body, head.length, tensors.size());
    Map<String, String> extra =
        Map.of(
            "Content-Type",
            "application/octet-stream",
            ExpectedOutputs.JSON_LENGTH_HEADER,
            Integer.toString(head.length));
    return post(name, v2Path(), extra, body, check);
  }

  /** The JSON body of a V2 request. */
  public static ObjectNode v2JsonBody(List<NamedTensor> inputs) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    ArrayNode described = request.putArray("inputs");
    inputs.forEach(input -> described.add(TensorJson.v2(input)));
    return request;
  }

  private PreparedRequest post(
      String name, String path, Map<String, String> extra, byte[] body, AnswerCheck check) {
    Map<String, String> all = new TreeMap<>(headers);
    all.putAll(extra);
    return PreparedRequest.post(name, host, path, all, body, check);
  }

  private String v2Path() {
    return "/v2/models/" + model + "/infer";
  }

  private static Map<String, String> json() {
    return Map.of("Content-Type", "application/json");
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The elements in arrays nested by the tensor's sizes. */
  private static ArrayNode nested(Tensor tensor) {
    ArrayNode level = TensorJson.data(tensor);
    for (int axis = tensor.rank() - 1; axis > 0; axis--) {
      ArrayNode outer = JsonNodeFactory.instance.arrayNode();
      int size = Math.toIntExact(tensor.dim(axis));
      for (int from = 0; from < level.size(); from += size) {
        ArrayNode inner = outer.addArray();
        for (int i = from; i < from + size; i++) {
          inner.add(level.get(i));
        }
      }
      level = outer;
    }
    return level;
  }
}
