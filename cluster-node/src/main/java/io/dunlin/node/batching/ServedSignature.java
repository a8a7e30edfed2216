package io.dunlin.node.batching;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signature of a loaded model, with what is learned about it while it serves: whether its rows
 * can be put together, how long its runs take, how many rows wait for it.
 *
 * <p>{@link #refusal} and {@link #enqueue} are thread-safe; the estimator and the backlog belong to
 * the {@link BatchQueue}.
 */
public final class ServedSignature {
  private final Signature signature;
  private final BatchKey aloneKey;
  private final @Nullable BatchKey fixedKey;
  private final ServiceTimeEstimator serviceTime = new ServiceTimeEstimator();
  private final Backlog backlog = new Backlog();
  private volatile boolean batchable;

  public ServedSignature(Signature signature) {
    this.signature = signature;
    this.batchable = signature.batchable();
    this.aloneKey = BatchKey.alone(this);
    this.fixedKey = hasFixedRows(signature) ? BatchKey.of(this, new long[0]) : null;
  }

  public Signature signature() {
    return signature;
  }

  /** Whether requests may share a run: declared so, and not found to be otherwise. */
  public boolean isBatchable() {
    return batchable;
  }

  /** Remembers for good that its outputs do not hold one row for each row of input. */
  public void stopBatching() {
    batchable = false;
  }

  /**
   * Why this model would refuse the request; null when it may run. Shapes are not looked at: the
   * graph decides what it takes, and what strays from the declared shape only runs alone.
   */
  public @Nullable Failure refusal(InferenceRequest request) {
    List<Tensor> inputs = request.inputs();
    List<TensorSpec> specs = signature.inputs();
    if (inputs.size() != specs.size()) {
      return Failure.invalidArgument(
          "inputs: " + inputs.size() + " (expected: " + names(specs) + ")");
    }
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec spec = specs.get(i);
      Tensor input = inputs.get(i);
      if (input.dtype() != spec.dtype()) {
        return Failure.invalidArgument(
            "input '"
                + spec.name()
                + "': "
                + input.dtype().label()
                + " (expected: "
                + spec.dtype().label()
                + ")");
      }
    }
    for (String output : request.outputs()) {
      if (signature.output(output).isEmpty()) {
        return new Failure(
            FailureCode.INVALID_ARGUMENT,
            "output: '" + output + "' (expected: one of " + names(signature.outputs()) + ")");
      }
    }
    return null;
  }

  /** Makes a request that {@link #refusal} let pass ready for the queue. */
  public QueuedRequest enqueue(InferenceRequest request, ReplySink sink, long nowNanos) {
    long rows = batchable && fits(request.inputs()) ? commonRows(request.inputs()) : 0;
    if (rows <= 0) {
      return new QueuedRequest(request, sink, aloneKey, 1, nowNanos);
    }
    BatchKey key = fixedKey != null ? fixedKey : BatchKey.of(this, layout(request.inputs()));
    return new QueuedRequest(request, sink, key, (int) Math.min(rows, Integer.MAX_VALUE), nowNanos);
  }

  ServiceTimeEstimator serviceTime() {
    return serviceTime;
  }

  Backlog backlog() {
    return backlog;
  }

  private boolean fits(List<Tensor> inputs) {
    List<TensorSpec> specs = signature.inputs();
    for (int i = 0; i < specs.size(); i++) {
      if (!accepts(specs.get(i).shape(), inputs.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The first size that all inputs share, or 0. */
  private static long commonRows(List<Tensor> inputs) {
    long rows = -1;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      if (input.rank() == 0 || (rows >= 0 && input.rows() != rows)) {
        return 0;
      }
      rows = input.rows();
    }
    return Math.max(0, rows);
  }

  private static long[] layout(List<Tensor> inputs) {
    int length = 0;
    for (int i = 0; i < inputs.size(); i++) {
      length += inputs.get(i).rank() + 1;
    }
    long[] layout = new long[length];
    int at = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      layout[at++] = input.dtype().number();
      layout[at++] = input.rank();
      for (int axis = 1; axis < input.rank(); axis++) {
        layout[at++] = input.dim(axis);
      }
    }
    return layout;
  }

  /** Whether only the first sizes vary, so that all requests that fit have the same layout. */
  private static boolean hasFixedRows(Signature signature) {
    return signature.batchable()
        && signature.inputs().stream()
            .allMatch(spec -> Arrays.stream(spec.shape().dims()).skip(1).allMatch(dim -> dim >= 0));
  }

  private static boolean accepts(Shape shape, Tensor tensor) {
    if (shape.isUnknownRank()) {
      return true;
    }
    if (shape.rank() != tensor.rank()) {
      return false;
    }
    for (int axis = 0; axis < tensor.rank(); axis++) {
      if (shape.dim(axis) != -1 && shape.dim(axis) != tensor.dim(axis)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }
}
