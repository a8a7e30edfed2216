package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_Dim;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NumDims;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorByteSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorType;

import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import org.tensorflow.internal.c_api.TF_Tensor;

/** Copies native output tensors into {@link Tensor}s, each byte once. */
final class OutputReader {
  private OutputReader() {}

  /**
   * @throws ModelRunException when the output is not of the declared dtype or larger than an array
   */
  static Tensor read(RunSlot slot, TensorSpec spec, long address) throws ModelRunException {
    TF_Tensor tensor = slot.tensor.moveTo(address);
    int dtype = TF_TensorType(tensor);
    if (dtype != spec.dtype().number()) {
      throw new ModelRunException(
          FailureCode.INTERNAL,
          "output '" + spec.name() + "': dtype " + dtype + " (expected: " + spec.dtype() + ")");
    }
    long[] dims = new long[TF_NumDims(tensor)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = TF_Dim(tensor, i);
    }
    byte[] bytes =
        spec.dtype().isFixedWidth()
            ? readFixedWidth(slot, spec, tensor)
            : StringReader.read(slot, spec, tensor, Tensor.elementCount(dims));
    return Tensor.of(spec.dtype(), dims, bytes);
  }

  static byte[] allocate(TensorSpec spec, long bytes) throws ModelRunException {
    if (bytes > Tensor.MAX_BYTES) {
      throw new ModelRunException(
          FailureCode.RESOURCE_EXHAUSTED,
          "output '"
              + spec.name()
              + "': "
              + bytes
              + " bytes (expected: <= "
              + Tensor.MAX_BYTES
              + ")");
    }
    return new byte[(int) bytes];
  }

  private static byte[] readFixedWidth(RunSlot slot, TensorSpec spec, TF_Tensor tensor)
      throws ModelRunException {
    byte[] bytes = allocate(spec, TF_TensorByteSize(tensor));
    if (bytes.length > 0) {
      slot.bytes.moveTo(TF_TensorData(tensor).address()).get(bytes, 0, bytes.length);
    }
    return bytes;
  }
}
