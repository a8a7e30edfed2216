package io.dunlin.node.replica;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs every signature with zero-filled inputs before a replica is READY, so that the first caller
 * does not pay for TensorFlow's lazy initialisation: once with one row, and once with the largest
 * batch where rows can be batched.
 *
 * <p>Zeros and empty strings are not always valid inputs (an empty string is no image). A graph
 * that refuses them as an invalid argument has still built its executors, so that is no reason to
 * fail; any other failure is.
 */
final class Warmup {
  /** A warm-up input larger than this is not made; the model warms up with one row alone. */
  private static final long MAX_INPUT_BYTES = 64L << 20;

  private Warmup() {}

  /**
   * @throws ModelRunException when a run fails for a reason other than its zero-filled inputs
   */
  static void run(LoadedModel model, ModelSpec spec) throws ModelRunException {
    if (!spec.warmup().enabled()) {
      return;
    }
    for (Signature signature : model.description().signatures()) {
      for (int i = 0; i < spec.warmup().runs(); i++) {
        runOnce(model, signature, 1);
        int largest = spec.batching().maxBatchSize();
        if (spec.batching().enabled() && signature.batchable() && largest > 1) {
          runOnce(model, signature, largest);
        }
      }
    }
  }

  private static void runOnce(LoadedModel model, Signature signature, int rows)
      throws ModelRunException {
    List<LoadedModel.Input> inputs = new ArrayList<>();
    for (TensorSpec input : signature.inputs()) {
      long[] dims = dims(input.shape(), rows);
      long bytes =
          Tensor.elementCount(dims) * (input.dtype() == DataType.STRING ? 4 : byteSize(input));
      if (bytes > MAX_INPUT_BYTES) {
        return;
      }
      inputs.add(LoadedModel.Input.of(Tensor.of(input.dtype(), dims, new byte[(int) bytes])));
    }
    try {
      model.run(signature.name(), inputs);
    } catch (ModelRunException e) {
      if (e.code() != FailureCode.INVALID_ARGUMENT) {
        throw e;
      }
    }
  }

  private static int byteSize(TensorSpec input) {
    return input.dtype().byteSize();
  }

  private static long[] dims(Shape shape, int rows) {
    long[] dims = shape.dims();
    for (int axis = 0; axis < dims.length; axis++) {
      if (dims[axis] == -1) {
        dims[axis] = axis == 0 ? rows : 1;
      }
    }
    return dims;
  }
}
