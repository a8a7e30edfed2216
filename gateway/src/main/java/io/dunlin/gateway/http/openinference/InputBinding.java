package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.openinference.InferDocument.Input;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Holds a request's inputs against a signature: names, count, datatypes, shapes. Pure. */
final class InputBinding {
  private InputBinding() {}

  /**
   * @return one tensor for each of the signature's inputs, in its order
   * @throws InferenceException INVALID_ARGUMENT
   */
  static List<Tensor> bind(String model, Signature signature, List<Input> inputs) {
    for (Input input : inputs) {
      if (signature.input(input.name()).isEmpty()) {
        throw invalid(
            "unexpected inference input '"
                + input.name()
                + "' for model '"
                + model
                + "' (expected: "
                + names(signature.inputs().stream().map(TensorSpec::name).toList())
                + ")");
      }
    }
    if (inputs.size() != signature.inputs().size()) {
      throw missing(model, signature, inputs);
    }
    List<Tensor> bound = new ArrayList<>(inputs.size());
    for (TensorSpec spec : signature.inputs()) {
      for (Input input : inputs) {
        if (input.name().equals(spec.name())) {
          check(model, spec, input.tensor());
          bound.add(input.tensor());
        }
      }
    }
    return bound;
  }

  private static void check(String model, TensorSpec spec, Tensor tensor) {
    if (tensor.dtype() != spec.dtype()) {
      throw invalid(
          "inference input '"
              + spec.name()
              + "' data-type is '"
              + MetadataDocument.datatype(tensor.dtype())
              + "', but model '"
              + model
              + "' expects '"
              + MetadataDocument.datatype(spec.dtype())
              + "'");
    }
    if (!spec.shape().accepts(tensor.dims())) {
      throw invalid(
          "unexpected shape for input '"
              + spec.name()
              + "' for model '"
              + model
              + "'. Expected "
              + spec.shape()
              + ", got "
              + Arrays.toString(tensor.dims()).replace(" ", ""));
    }
  }

  private static InferenceException missing(String model, Signature signature, List<Input> inputs) {
    List<String> given = inputs.stream().map(Input::name).toList();
    return invalid(
        "expected "
            + signature.inputs().size()
            + " inputs but got "
            + inputs.size()
            + " inputs for model '"
            + model
            + "'. Got input(s) "
            + names(given)
            + ", but missing required input(s) "
            + names(
                signature.inputs().stream()
                    .map(TensorSpec::name)
                    .filter(name -> !given.contains(name))
                    .toList())
            + ". Please provide all required input(s).");
  }

  private static String names(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(",", "[", "]"));
  }

  private static InferenceException invalid(String message) {
    return Failure.invalidArgument(message).toException();
  }
}
