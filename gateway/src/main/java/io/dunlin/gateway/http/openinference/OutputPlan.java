package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.openinference.InferDocument.RequestedOutput;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Which outputs are answered and in which form, decided before the model runs, so that what cannot
 * be answered costs no run. Pure.
 *
 * @param outputs in the order they are answered
 * @param all whether these are all of the signature's
 * @param batched whether the signature's first dimension is rows
 */
record OutputPlan(List<Planned> outputs, boolean all, boolean batched) {

  /**
   * @param classes of the classification extension; 0 for the output itself
   */
  record Planned(String name, int classes, boolean binary) {}

  /** All outputs, in binary if asked for. */
  static OutputPlan all(Signature signature, boolean binary) {
    List<Planned> planned = new ArrayList<>();
    for (TensorSpec spec : signature.outputs()) {
      planned.add(planned(spec, 0, binary));
    }
    return new OutputPlan(planned, true, signature.batchable());
  }

  /**
   * The outputs a request lists, or all.
   *
   * @throws InferenceException INVALID_ARGUMENT when one is unknown or cannot be in that form
   */
  static OutputPlan of(String model, Signature signature, InferDocument document) {
    if (document.outputs().isEmpty()) {
      return all(signature, document.parameters().binaryOutput());
    }
    List<Planned> planned = new ArrayList<>();
    for (RequestedOutput output : document.outputs()) {
      TensorSpec spec =
          signature
              .output(output.name())
              .orElseThrow(
                  () ->
                      invalid(
                          "unexpected inference output '"
                              + output.name()
                              + "' for model '"
                              + model
                              + "' (expected: one of "
                              + signature.outputs().stream().map(TensorSpec::name).toList()
                              + ")"));
      planned.add(planned(spec, output.classes(), output.binary()));
    }
    return new OutputPlan(planned, false, signature.batchable());
  }

  /** As the inference request names them: empty for all. */
  List<String> names() {
    return all ? List.of() : outputs.stream().map(Planned::name).toList();
  }

  private static Planned planned(TensorSpec spec, int classes, boolean binary) {
    DataType dtype = spec.dtype();
    if (classes > 0) {
      Classification.requireNumeric(spec.name(), dtype);
      return new Planned(spec.name(), classes, binary);
    }
    if (dtype.v2Name().isEmpty()) {
      throw invalid(
          "output '"
              + spec.name()
              + "' is of type "
              + dtype.label()
              + ", which this protocol cannot carry (expected: other outputs listed in 'outputs')");
    }
    if (!binary && (dtype == DataType.HALF || dtype == DataType.BFLOAT16)) {
      throw invalid(
          "sending "
              + MetadataDocument.datatype(dtype)
              + " data via JSON is not supported. Please use the binary data format for output "
              + spec.name());
    }
    return new Planned(spec.name(), 0, binary);
  }

  private static InferenceException invalid(String message) {
    return new InferenceException(FailureCode.INVALID_ARGUMENT, message);
  }
}
