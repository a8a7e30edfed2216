package io.dunlin.shared.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One callable entry of a model version.
 *
 * @param name such as {@code serving_default}
 * @param methodName such as {@code tensorflow/serving/predict}
 * @param inputs sorted by name
 * @param outputs sorted by name
 */
public record Signature(
    String name, String methodName, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /** The signature used when a request names none. */
  public static final String DEFAULT_NAME = "serving_default";

  public Signature {
    inputs = inputs.stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
    outputs = outputs.stream().sorted(Comparator.comparing(TensorSpec::name)).toList();
  }

  public Optional<TensorSpec> input(String inputName) {
    return find(inputs, inputName);
  }

  public Optional<TensorSpec> output(String outputName) {
    return find(outputs, outputName);
  }

  /**
   * Whether rows of several requests may be run together: every input and output has a variable
   * first dimension. A signature without it runs one request at a time.
   */
  public boolean batchable() {
    return !inputs.isEmpty()
        && inputs.stream().allMatch(spec -> spec.shape().hasVariableFirstDim())
        && outputs.stream().allMatch(spec -> spec.shape().hasVariableFirstDim());
  }

  private static Optional<TensorSpec> find(List<TensorSpec> specs, String name) {
    for (TensorSpec spec : specs) {
      if (spec.name().equals(name)) {
        return Optional.of(spec);
      }
    }
    return Optional.empty();
  }
}
