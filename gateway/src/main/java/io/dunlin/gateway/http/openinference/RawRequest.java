package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;

/**
 * The raw request of the binary tensor data extension: a body without JSON is the bytes of the
 * model's only input, one row of it, and its shape follows from the model and the byte count. Pure.
 */
final class RawRequest {
  private RawRequest() {}

  /**
   * @throws InferenceException INVALID_ARGUMENT when the model has several inputs, the shape cannot
   *     be deduced, or the bytes do not fill it
   */
  static Tensor input(String model, Signature signature, InferBody body, int maxTensorBytes) {
    if (signature.inputs().size() != 1) {
      throw invalid(
          "Raw request must only have 1 input (found 1) to be deduced but got "
              + signature.inputs().size()
              + " inputs in '"
              + model
              + "' model configuration");
    }
    TensorSpec spec = signature.inputs().get(0);
    int size = body.binaryLength();
    if (size > maxTensorBytes) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "raw input '"
              + spec.name()
              + "': "
              + size
              + " bytes (expected: <= "
              + maxTensorBytes
              + ")");
    }
    int variable = variableAxis(spec, signature.batchable());
    long[] dims = spec.shape().dims();
    if (signature.batchable()) {
      dims[0] = 1;
    }
    if (spec.dtype() == DataType.STRING) {
      return string(spec, dims, variable, body);
    }
    if (variable >= 0) {
      dims[variable] = 1;
      long unit = Tensor.elementCount(dims) * spec.dtype().byteSize();
      dims[variable] = unit == 0 ? 0 : size / unit;
    }
    return BinaryTensor.view(
        spec.name(), model, spec.dtype(), dims, body.array(), body.binaryOffset(), size);
  }

  /** The one axis, apart from the batch's, that the byte count decides; -1 if all are fixed. */
  private static int variableAxis(TensorSpec spec, boolean batched) {
    Shape shape = spec.shape();
    if (shape.isUnknownRank()) {
      throw invalid(
          "The shape of the raw input '"
              + spec.name()
              + "' can not be deduced because its rank is"
              + " unknown");
    }
    int found = -1;
    for (int axis = batched ? 1 : 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) == -1) {
        if (found >= 0) {
          throw invalid(
              "The shape of the raw input '"
                  + spec.name()
                  + "' can not be deduced because there are more than one variable-sized dimension");
        }
        found = axis;
      }
    }
    return found;
  }

  /** The whole body is the one string, without a length in front: it gets one here. */
  private static Tensor string(TensorSpec spec, long[] dims, int variable, InferBody body) {
    if (variable >= 0) {
      dims[variable] = 1;
    }
    if (Tensor.elementCount(dims) != 1) {
      throw invalid(
          "For BYTES datatype raw input '"
              + spec.name()
              + "', the model must have input shape [1], got "
              + spec.shape());
    }
    int size = body.binaryLength();
    int exact = Math.addExact(size, 4);
    TensorBuffer buffer = new TensorBuffer(DataType.STRING, exact, exact);
    buffer.putString(body.array(), body.binaryOffset(), size);
    return buffer.toTensorView(dims);
  }

  private static InferenceException invalid(String message) {
    return Failure.invalidArgument(message).toException();
  }
}
