package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;

/**
 * Tensors of the binary tensor data extension. Their layout (little-endian, row-major, strings with
 * a 4-byte length in front) is that of {@link Tensor}, so nothing is copied. Pure.
 */
final class BinaryTensor {
  private BinaryTensor() {}

  /**
   * A tensor over a part of the request's body.
   *
   * @throws InferenceException INVALID_ARGUMENT when the bytes are not exactly the shape's elements
   */
  static Tensor view(
      String input, String model, DataType dtype, long[] dims, byte[] array, int at, int size) {
    if (dtype.isFixedWidth()) {
      requireSize(input, model, dtype, dims, size);
    }
    if (dtype == DataType.BOOL) {
      requireBooleans(input, array, at, size);
    }
    try {
      return Tensor.of(dtype, dims, array, at, size);
    } catch (IllegalArgumentException e) {
      throw Failure.invalidArgument(
              "binary data of input '" + input + "' for model '" + model + "': " + e.getMessage())
          .toException();
    }
  }

  private static void requireSize(
      String input, String model, DataType dtype, long[] dims, int size) {
    long elements = Tensor.elementCount(dims);
    // Compared by division, since the product may exceed a long.
    if (size % dtype.byteSize() != 0 || size / dtype.byteSize() != elements) {
      throw Failure.invalidArgument(
              "input byte size mismatch for input '"
                  + input
                  + "' for model '"
                  + model
                  + "'. Expected "
                  + (elements > Long.MAX_VALUE / dtype.byteSize()
                      ? elements + " x " + dtype.byteSize()
                      : elements * dtype.byteSize())
                  + ", got "
                  + size)
          .toException();
    }
  }

  /** TensorFlow takes the byte as it is, and computes nonsense with others than 0 and 1. */
  private static void requireBooleans(String input, byte[] array, int at, int size) {
    for (int i = 0; i < size; i++) {
      if ((array[at + i] & ~1) != 0) {
        throw Failure.invalidArgument(
                "binary data of input '"
                    + input
                    + "': byte "
                    + i
                    + " is "
                    + (array[at + i] & 0xff)
                    + " (expected: 0 or 1, the datatype is BOOL)")
            .toException();
      }
    }
  }
}
