package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;

/**
 * A model as Triton's {@code ModelConfig} message in JSON, as far as {@code perf_analyzer} and
 * {@code get_model_config} read it. Pure.
 *
 * <p>With a {@code max_batch_size} above 0 the sizes leave out the batch dimension; with 0 they are
 * all there.
 */
final class ConfigDocument {
  private ConfigDocument() {}

  static ObjectNode of(VersionLookup.Found found, Signature signature, BatchLimits limits) {
    String model = found.model().name();
    int maxBatchSize = signature.batchable() ? limits.maxBatchSize(model) : 0;
    int firstAxis = maxBatchSize > 0 ? 1 : 0;
    ObjectNode document = JsonAnswer.object();
    document.put("name", model);
    String platform = found.description().platform();
    document.put("platform", platform);
    // As Triton has it: the backend's name is the first word of its platforms' names.
    document.put("backend", platform.split("_", 2)[0]);
    document.putObject("version_policy").putObject("latest").put("num_versions", 1);
    document.put("max_batch_size", maxBatchSize);
    var inputs = document.putArray("input");
    for (TensorSpec spec : signature.inputs()) {
      ObjectNode input = tensor(inputs.addObject(), spec, firstAxis);
      input.put("format", "FORMAT_NONE");
      input.put("is_shape_tensor", false);
      input.put("allow_ragged_batch", false);
      input.put("optional", false);
    }
    var outputs = document.putArray("output");
    for (TensorSpec spec : signature.outputs()) {
      ObjectNode output = tensor(outputs.addObject(), spec, firstAxis);
      output.put("label_filename", "");
      output.put("is_shape_tensor", false);
    }
    if (maxBatchSize > 0) {
      document.putObject("dynamic_batching");
    }
    document.putObject("model_transaction_policy").put("decoupled", false);
    document.putObject("parameters");
    return document;
  }

  private static ObjectNode tensor(ObjectNode tensor, TensorSpec spec, int firstAxis) {
    tensor.put("name", spec.name());
    tensor.put("data_type", dataType(spec.dtype()));
    MetadataDocument.dims(tensor.putArray("dims"), spec.shape(), firstAxis);
    return tensor;
  }

  private static String dataType(DataType dtype) {
    if (dtype == DataType.STRING) {
      return "TYPE_STRING";
    }
    return dtype.v2Name().map(name -> "TYPE_" + name).orElse("TYPE_INVALID");
  }
}
