package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_AllocateTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/** Puts the parts of an input together in one native tensor. */
final class InputWriter {
  private InputWriter() {}

  /**
   * Makes the native tensor of an input and hands it to the slot.
   *
   * @param index the input's place in the signature
   * @throws ModelRunException when dtype or parts do not fit, or memory is short
   */
  static void write(RunSlot slot, int index, TensorSpec spec, Input input)
      throws ModelRunException {
    List<Tensor> parts = input.parts();
    check(spec, parts);
    Tensor padding = input.paddingRows() == 0 ? null : lastRow(spec, input);
    int rank = putDims(slot, spec, input);
    if (!spec.dtype().isFixedWidth()) {
      StringWriter.write(slot, index, spec, rank, input, padding);
      return;
    }
    long bytes = padding == null ? 0 : (long) padding.byteSize() * input.paddingRows();
    for (int i = 0; i < parts.size(); i++) {
      bytes += parts.get(i).byteSize();
    }
    TF_Tensor tensor = allocate(slot, index, spec, rank, bytes);
    if (bytes == 0) {
      return;
    }
    NativeCopy copy = slot.copyTo(dataAddress(tensor, spec, bytes));
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i);
      copy.append(part.array(), part.arrayOffset(), part.byteSize());
    }
    if (padding != null) {
      for (int i = 0; i < input.paddingRows(); i++) {
        copy.append(padding.array(), padding.arrayOffset(), padding.byteSize());
      }
    }
    copy.flush();
  }

  /** Makes a tensor of the sizes in the slot and hands it to the slot. */
  static TF_Tensor allocate(RunSlot slot, int index, TensorSpec spec, int rank, long bytes)
      throws ModelRunException {
    TF_Tensor tensor = TF_AllocateTensor(spec.dtype().number(), slot.dims, rank, bytes);
    if (tensor == null) {
      throw noMemory(spec, bytes);
    }
    slot.input(index, tensor.address(), bytes);
    return tensor;
  }

  /**
   * Where a tensor's bytes begin. TensorFlow makes a tensor even when there is no memory for it.
   */
  static long dataAddress(TF_Tensor tensor, TensorSpec spec, long bytes) throws ModelRunException {
    Pointer data = TF_TensorData(tensor);
    if (data == null) {
      throw noMemory(spec, bytes);
    }
    return data.address();
  }

  static ModelRunException noMemory(TensorSpec spec, long bytes) {
    return new ModelRunException(
        FailureCode.RESOURCE_EXHAUSTED,
        "input '" + spec.name() + "': no native memory for " + bytes + " bytes");
  }

  private static void check(TensorSpec spec, List<Tensor> parts) throws ModelRunException {
    if (parts.isEmpty()) {
      throw invalid(spec, "no tensor");
    }
    Tensor first = parts.get(0);
    if (first.dtype() != spec.dtype()) {
      throw invalid(
          spec, "dtype " + first.dtype().label() + " (expected: " + spec.dtype().label() + ")");
    }
    for (int i = 1; i < parts.size(); i++) {
      if (!first.stacksWith(parts.get(i))) {
        throw invalid(spec, parts.get(i) + " does not stack with " + first);
      }
    }
  }

  /** The row that padding repeats: the last of the last part that has any. */
  private static Tensor lastRow(TensorSpec spec, Input input) throws ModelRunException {
    List<Tensor> parts = input.parts();
    for (int i = parts.size() - 1; i >= 0; i--) {
      Tensor part = parts.get(i);
      if (part.rank() > 0 && part.rows() > 0) {
        return part.rows(part.rows() - 1, part.rows());
      }
    }
    throw invalid(spec, "no row that " + input.paddingRows() + " rows of padding could repeat");
  }

  /**
   * Puts the sizes of the whole into the slot and returns their number. TensorFlow aborts the
   * process when there are too many or when their product, in order, exceeds a long, which a size
   * of 0 behind them does not heal.
   */
  private static int putDims(RunSlot slot, TensorSpec spec, Input input) throws ModelRunException {
    Tensor first = input.parts().get(0);
    int rank = first.rank();
    if (rank > RunSlot.MAX_RANK) {
      throw invalid(spec, "rank " + rank + " (expected: <= " + RunSlot.MAX_RANK + ")");
    }
    long elements = 1;
    for (int axis = 0; axis < rank; axis++) {
      long size = axis == 0 ? rows(input) : first.dim(axis);
      slot.dims.put(axis, size);
      if (Math.multiplyHigh(elements, size) != 0 || elements * size < 0) {
        throw invalid(
            spec,
            "shape " + Arrays.toString(first.dims()) + " (expected: sizes with a product < 2^63)");
      }
      elements = Math.max(1, elements * size);
    }
    return rank;
  }

  private static long rows(Input input) {
    long rows = input.paddingRows();
    for (int i = 0; i < input.parts().size(); i++) {
      rows += input.parts().get(i).rows();
    }
    return rows;
  }

  private static ModelRunException invalid(TensorSpec spec, String what) {
    return new ModelRunException(
        FailureCode.INVALID_ARGUMENT, "input '" + spec.name() + "': " + what);
  }
}
