package io.dunlin.loadtest.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dunlin.loadtest.generator.Answer;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The right outputs of a request, and the check of an answer against them in each protocol.
 *
 * <p>Numbers may differ by {@code 1e-4} of their size: TensorFlow adds up in another order when the
 * row is part of a batch. Texts and truths must be equal.
 *
 * @param byName elements of each output in row-major order
 */
public record ExpectedOutputs(Map<String, List<JsonNode>> byName) {
  static final String JSON_LENGTH_HEADER = "Inference-Header-Content-Length";
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final double TOLERANCE = 1e-4;

  /** From an object of output names to arrays, nested or not. */
  public static ExpectedOutputs of(JsonNode outputs) {
    Map<String, List<JsonNode>> byName = new LinkedHashMap<>();
    outputs
        .properties()
        .forEach(
            output -> {
              List<JsonNode> leaves = new ArrayList<>();
              TensorJson.flatten(output.getValue(), leaves);
              byName.put(output.getKey(), leaves);
            });
    return new ExpectedOutputs(byName);
  }

  /** What is wrong with an answer of {@code /v1/models/M:predict}, in row or column format. */
  public Optional<String> objectionToTfServing(Answer answer) {
    try {
      JsonNode body = MAPPER.readTree(answer.body());
      return body.has("outputs")
          ? columns(body.get("outputs"))
          : rows(body.required("predictions"));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("unreadable: " + e.getMessage());
    }
  }

  /** What is wrong with an answer of {@code /v2/models/M/infer}, JSON or binary. */
  public Optional<String> objectionToV2(Answer answer) {
    try {
      return compare(v2Outputs(answer));
    } catch (IOException | RuntimeException e) {
      return Optional.of("unreadable: " + e);
    }
  }

  private Optional<String> columns(JsonNode outputs) {
    // A single output goes without its name.
    return outputs.isObject() ? compare(of(outputs).byName()) : compare(single(outputs));
  }

  private Optional<String> rows(JsonNode predictions) {
    Map<String, List<JsonNode>> actual = new LinkedHashMap<>();
    for (JsonNode row : predictions) {
      if (!row.isObject()) {
        return compare(single(predictions));
      }
      of(row)
          .byName()
          .forEach(
              (name, values) ->
                  actual.computeIfAbsent(name, key -> new ArrayList<>()).addAll(values));
    }
    return compare(actual);
  }

  private Map<String, List<JsonNode>> single(JsonNode values) {
    List<JsonNode> leaves = new ArrayList<>();
    TensorJson.flatten(values, leaves);
    return Map.of(byName.keySet().iterator().next(), leaves);
  }

  private static Map<String, List<JsonNode>> v2Outputs(Answer answer) throws IOException {
    byte[] body = answer.body();
    int jsonLength = answer.header(JSON_LENGTH_HEADER).map(Integer::parseInt).orElse(body.length);
    JsonNode json = MAPPER.readTree(body, 0, jsonLength);
    Map<String, List<JsonNode>> outputs = new LinkedHashMap<>();
    int at = jsonLength;
    for (JsonNode output : json.required("outputs")) {
      List<JsonNode> leaves = new ArrayList<>();
      JsonNode size = output.path("parameters").path("binary_data_size");
      if (size.isMissingNode()) {
        TensorJson.flatten(output.required("data"), leaves);
      } else {
        leaves.addAll(binary(output, Arrays.copyOfRange(body, at, at + size.intValue())));
        at += size.intValue();
      }
      outputs.put(output.required("name").asText(), leaves);
    }
    if (at != body.length) {
      throw new IllegalArgumentException(body.length - at + " bytes after the last tensor");
    }
    return outputs;
  }

  private static List<JsonNode> binary(JsonNode output, byte[] bytes) {
    DataType dtype = DataType.ofV2Name(output.required("datatype").asText()).orElseThrow();
    long[] dims = new long[output.required("shape").size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = output.required("shape").get(i).asLong();
    }
    List<JsonNode> leaves = new ArrayList<>();
    TensorJson.flatten(TensorJson.data(Tensor.of(dtype, dims, bytes)), leaves);
    return leaves;
  }

  private Optional<String> compare(Map<String, List<JsonNode>> actual) {
    if (!actual.keySet().equals(byName.keySet())) {
      return Optional.of("outputs: " + actual.keySet() + " (expected: " + byName.keySet() + ")");
    }
    for (Map.Entry<String, List<JsonNode>> output : byName.entrySet()) {
      List<JsonNode> expected = output.getValue();
      List<JsonNode> found = actual.getOrDefault(output.getKey(), List.of());
      if (found.size() != expected.size()) {
        return Optional.of(
            output.getKey()
                + ": "
                + found.size()
                + " elements (expected: "
                + expected.size()
                + ")");
      }
      for (int i = 0; i < expected.size(); i++) {
        if (!same(expected.get(i), found.get(i))) {
          return Optional.of(
              output.getKey()
                  + "["
                  + i
                  + "]: "
                  + found.get(i)
                  + " (expected: "
                  + expected.get(i)
                  + ")");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean same(JsonNode expected, JsonNode found) {
    if (expected.isNumber() && found.isNumber()) {
      double want = expected.doubleValue();
      double got = found.doubleValue();
      return Double.compare(want, got) == 0
          || Math.abs(want - got) <= TOLERANCE * Math.max(1e-3, Math.abs(want));
    }
    return expected.equals(found);
  }
}
