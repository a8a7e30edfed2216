package io.dunlin.node.execution;

import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A model that computes: every signature has one float input {@code x} and the outputs {@code sum}
 * (per row the sum of its elements) and {@code y = 2x}.
 *
 * <p>An element of {@link #POISON} makes a run fail with {@code invalid_argument}, one of {@link
 * #BUG} makes it throw, one of {@link #OUT_OF_MEMORY} ends in an error. Signature {@code flat}
 * declares rows but answers the sum over all rows in one element. With a gate each run waits for a
 * permit.
 */
final class FakeModel implements LoadedModel {
  static final float POISON = -666;
  static final float BUG = -667;
  static final float OUT_OF_MEMORY = -668;
  static final ModelVersionId VERSION = new ModelVersionId("double", 1);

  /** Rows of each run in order, padding included. */
  final Queue<Integer> runRows = new ConcurrentLinkedQueue<>();

  /** The first element of each row of each run, padding not included. */
  final Queue<Float> rowMarks = new ConcurrentLinkedQueue<>();

  final AtomicInteger running = new AtomicInteger();
  final Semaphore entered = new Semaphore(0);
  private final @Nullable Semaphore gate;
  private final ModelDescription description;

  FakeModel() {
    this(null);
  }

  FakeModel(@Nullable Semaphore gate) {
    this.gate = gate;
    this.description =
        new ModelDescription(
            VERSION,
            "fake",
            List.of(
                signature("flat", Shape.of(-1, 2), Shape.of(-1), Shape.of(-1)),
                signature("ragged", Shape.of(-1, -1), Shape.of(-1), Shape.of(-1, -1)),
                signature("scalar", Shape.of(), Shape.of(), Shape.of()),
                signature("serving_default", Shape.of(-1, 2), Shape.of(-1), Shape.of(-1, 2))));
  }

  private static Signature signature(String name, Shape x, Shape sum, Shape y) {
    return new Signature(
        name,
        "tensorflow/serving/predict",
        List.of(new TensorSpec("x", DataType.FLOAT, x, "x:0")),
        List.of(
            new TensorSpec("sum", DataType.FLOAT, sum, "sum:0"),
            new TensorSpec("y", DataType.FLOAT, y, "y:0")));
  }

  /** A float tensor of {@code rows} rows. */
  static Tensor rows(int rows, float... elements) {
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 4 * elements.length, 1 << 20);
    for (float element : elements) {
      buffer.putFloat(element);
    }
    return buffer.toTensor(rows, rows == 0 ? 2 : elements.length / rows);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public List<Tensor> run(String signature, List<Input> inputs) throws ModelRunException {
    running.incrementAndGet();
    entered.release();
    if (gate != null) {
      gate.acquireUninterruptibly();
    }
    try {
      return compute(signature, inputs.get(0));
    } finally {
      running.decrementAndGet();
    }
  }

  private List<Tensor> compute(String signature, Input input) throws ModelRunException {
    List<Tensor> parts = new ArrayList<>(input.parts());
    Tensor last = parts.get(parts.size() - 1);
    for (int p = 0; p < input.paddingRows(); p++) {
      parts.add(last.rows(last.rows() - 1, last.rows()));
    }
    Tensor x = Tensor.concat(parts);
    int rows = x.rank() == 0 ? 1 : (int) x.rows();
    runRows.add(rows);
    int perRow = rows == 0 ? 0 : (int) (x.elementCount() / rows);
    var bytes = x.bytes();
    float all = 0;
    TensorBuffer y = new TensorBuffer(DataType.FLOAT, x.byteSize(), Tensor.MAX_BYTES);
    TensorBuffer sums = new TensorBuffer(DataType.FLOAT, 4 * rows, Tensor.MAX_BYTES);
    for (int row = 0; row < rows; row++) {
      float sum = 0;
      for (int i = 0; i < perRow; i++) {
        float element = bytes.getFloat();
        throwFor(element);
        if (i == 0 && row < rows - input.paddingRows()) {
          rowMarks.add(element);
        }
        sum += element;
        y.putFloat(2 * element);
      }
      sums.putFloat(sum);
      all += sum;
    }
    if (signature.equals("flat")) {
      TensorBuffer one = new TensorBuffer(DataType.FLOAT, 4, 4);
      one.putFloat(all);
      Tensor total = one.toTensor(1);
      return List.of(total, total);
    }
    return x.rank() == 0
        ? List.of(sums.toTensor(), y.toTensor())
        : List.of(sums.toTensor(rows), y.toTensor(x.dims()));
  }

  private static void throwFor(float element) throws ModelRunException {
    if (element == POISON) {
      throw new ModelRunException(FailureCode.INVALID_ARGUMENT, "x: poison");
    }
    if (element == BUG) {
      throw new IllegalStateException("a bug in the runtime");
    }
    if (element == OUT_OF_MEMORY) {
      throw new OutOfMemoryError("made up");
    }
  }

  @Override
  public long memoryBytes() {
    return 0;
  }

  @Override
  public void close() {}
}
