package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.json.ElementWriter;
import io.dunlin.gateway.http.json.JsonTooLargeException;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.gateway.http.openinference.OutputPlan.Planned;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.util.ArrayList;
import java.util.List;

/** Writes an inference's answer: the JSON, then the outputs wanted in binary, each copied once. */
final class InferResponseWriter {
  private static final String OCTETS = "application/octet-stream";

  /** Member names, punctuation and a name or two; a hint for the first capacity. */
  private static final int EXPECTED_HEADER_BYTES = 128;

  private InferResponseWriter() {}

  private record Output(Planned planned, Tensor tensor) {}

  /**
   * @param id to be echoed; empty for none
   * @param maxBytes most bytes of the answer
   * @throws InferenceException INVALID_ARGUMENT when a string output wanted as JSON is not UTF-8;
   *     PAYLOAD_TOO_LARGE when the answer takes more bytes than it may
   */
  static ApiResponse write(OutputPlan plan, String id, InferenceResult result, int maxBytes) {
    try {
      return answer(plan, id, result, maxBytes);
    } catch (JsonTooLargeException | TensorTooLargeException e) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "answer too large: "
              + e.getMessage()
              + "; ask for fewer outputs, fewer rows or binary data");
    }
  }

  private static ApiResponse answer(
      OutputPlan plan, String id, InferenceResult result, int maxBytes) {
    List<Output> outputs = outputs(plan, result, maxBytes);
    JsonWriter json = new JsonWriter(expectedBytes(outputs, id), maxBytes);
    ModelVersionId version = result.replica().version();
    json.raw('{');
    if (!id.isEmpty()) {
      json.key("id");
      json.string(id);
      json.raw(',');
    }
    json.key("model_name");
    json.string(version.model());
    json.raw(",\"model_version\":\"");
    json.number(version.version());
    json.raw("\",\"outputs\":[");
    boolean binary = false;
    for (int i = 0; i < outputs.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      write(json, outputs.get(i));
      binary |= outputs.get(i).planned().binary();
    }
    json.raw("]}");
    int headerLength = json.size();
    for (Output output : outputs) {
      if (output.planned().binary()) {
        Tensor tensor = output.tensor();
        json.raw(tensor.array(), tensor.arrayOffset(), tensor.byteSize());
      }
    }
    List<ApiResponse.Header> headers =
        binary
            ? List.of(
                new ApiResponse.Header(InferBody.HEADER_LENGTH, Integer.toString(headerLength)))
            : List.of();
    String contentType = binary ? OCTETS : ApiResponse.JSON;
    return new ApiResponse(200, contentType, json.array(), json.size(), headers, result, null);
  }

  private static List<Output> outputs(OutputPlan plan, InferenceResult result, int maxBytes) {
    List<Output> outputs = new ArrayList<>(plan.outputs().size());
    for (Planned planned : plan.outputs()) {
      Tensor tensor =
          result
              .output(planned.name())
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "no output '"
                              + planned.name()
                              + "' in the result of "
                              + result.replica()))
              .tensor();
      if (planned.classes() > 0) {
        tensor = Classification.of(tensor, planned.classes(), plan.batched(), maxBytes);
      }
      outputs.add(new Output(planned, tensor));
    }
    return outputs;
  }

  private static void write(JsonWriter json, Output output) {
    Tensor tensor = output.tensor();
    json.raw("{\"name\":");
    json.string(output.planned().name());
    json.raw(",\"datatype\":\"");
    json.raw(MetadataDocument.datatype(tensor.dtype()));
    json.raw("\",\"shape\":[");
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (axis > 0) {
        json.raw(',');
      }
      json.number(tensor.dim(axis));
    }
    json.raw(']');
    if (output.planned().binary()) {
      json.raw(",\"parameters\":{\"binary_data_size\":");
      json.number((long) tensor.byteSize());
      json.raw("}}");
      return;
    }
    json.raw(",\"data\":[");
    try {
      new ElementWriter(json, tensor, ElementWriter.Strings.TEXT).writeRun(tensor.elementCount());
    } catch (JsonTypeException e) {
      throw new InferenceException(
          FailureCode.INVALID_ARGUMENT,
          "output '"
              + output.planned().name()
              + "': "
              + e.getMessage()
              + " (expected: \"binary_data\": true in the output's parameters)");
    }
    json.raw("]}");
  }

  private static int expectedBytes(List<Output> outputs, String id) {
    long bytes = EXPECTED_HEADER_BYTES + id.length();
    for (Output output : outputs) {
      Tensor tensor = output.tensor();
      bytes += EXPECTED_HEADER_BYTES + 8L * tensor.rank();
      bytes += output.planned().binary() ? tensor.byteSize() : ElementWriter.expectedBytes(tensor);
    }
    return (int) Math.min(bytes, Tensor.MAX_BYTES);
  }
}
