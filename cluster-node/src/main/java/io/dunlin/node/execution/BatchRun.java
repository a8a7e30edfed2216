package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import io.dunlin.node.batching.Batch.Slice;
import io.dunlin.node.batching.QueuedRequest;
import io.dunlin.node.batching.Refusals;
import io.dunlin.node.batching.RowJoin;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs batches of one lane: assembles inputs, runs the model, cuts the outputs, answers.
 *
 * <p>Inputs are handed over as parts and outputs are cut as views, so nothing is copied here but
 * the results of a request that was split.
 *
 * <p><b>When a run fails</b> with {@link ModelRunException} and holds several requests, its halves
 * are run in its place, and so on, until the failing requests stand alone: only they get the error.
 * With k guilty among n requests that is at most 2k ceil(log2 n) extra runs, and never more than 2n
 * - 2. Source: adaptive group testing by binary splitting (Hwang, JASA 67, 1972). Anything else
 * that is thrown (a bug, out of memory) fails the requests of that run with {@code internal}; they
 * are not run again.
 *
 * <p><b>When an output does not have one row for each row of the run</b>, the signature is not
 * batchable whatever it declares: each request is run again by itself, as it came, and the
 * signature is never batched again. (A run of a single row cannot show it.)
 *
 * <p>What expires before a run or a repetition is answered {@code deadline_exceeded} instead of
 * being run. One instance belongs to one lane: not thread-safe.
 */
final class BatchRun {
  /**
   * What came of a batch.
   *
   * @param batch as it was taken
   * @param runNanos time of the run if the batch ran as it was taken, and succeeded; else 0
   * @param runs how often the model was run
   * @param rows rows of the batch that were run
   * @param lateRows rows whose run began after their deadline; 0, or there is a bug
   * @param busyNanos time the lane spent on it
   */
  record Outcome(
      Batch batch,
      long runNanos,
      int runs,
      int rows,
      int paddingRows,
      int completed,
      int failed,
      int expired,
      int lateRows,
      long busyNanos) {}

  private final ReplicaId replica;
  private final LoadedModel model;
  private final LongSupplier nanoClock;
  private final ExecutionObserver observer;
  private final Replies replies;
  private final Consumer<QueuedRequest> withdraw;

  private long batchStartNanos;
  private long runNanos;
  private int runs;
  private int rows;
  private int paddingRows;
  private int completed;
  private int failed;
  private int expired;
  private int lateRows;

  /**
   * @param withdraw takes the rest of a split request out of the queue
   */
  BatchRun(
      ReplicaId replica,
      LoadedModel model,
      LongSupplier nanoClock,
      ExecutionObserver observer,
      Replies replies,
      Consumer<QueuedRequest> withdraw) {
    this.replica = replica;
    this.model = model;
    this.nanoClock = nanoClock;
    this.observer = observer;
    this.replies = replies;
    this.withdraw = withdraw;
  }

  /** Runs a batch to the end: every request that ends with it has been answered. Never throws. */
  Outcome run(Batch batch) {
    batchStartNanos = nanoClock.getAsLong();
    runNanos = 0;
    runs = 0;
    rows = 0;
    paddingRows = 0;
    completed = 0;
    failed = 0;
    expired = 0;
    lateRows = 0;
    attempt(batch);
    long learned = runs == 1 && rows == batch.rows() ? runNanos : 0;
    return new Outcome(
        batch,
        learned,
        runs,
        rows,
        paddingRows,
        completed,
        failed,
        expired,
        lateRows,
        nanoClock.getAsLong() - batchStartNanos);
  }

  private void attempt(Batch wanted) {
    long start = nanoClock.getAsLong();
    Batch batch = withoutDead(wanted, start);
    if (batch == null) {
      return;
    }
    try {
      countRun(batch, start);
      List<Tensor> outputs = model.run(batch.signature().signature().name(), inputs(batch));
      long end = nanoClock.getAsLong();
      requireAllOutputs(batch, outputs);
      if (batch.isPlain() || isRowwise(batch, outputs)) {
        runNanos = end - start;
        observer.ran(
            batch.signature().signature().name(),
            batch.rows(),
            batch.paddingRows(),
            batch.slices().size(),
            end - start);
        deliver(batch, outputs, end);
      } else {
        separate(batch);
      }
    } catch (ModelRunException e) {
      bisect(batch, e);
    } catch (Throwable thrown) {
      observer.threw("run of " + replica, thrown);
      Failure failure = new Failure(FailureCode.INTERNAL, "run of " + replica + ": " + thrown);
      for (Slice slice : batch.slices()) {
        fail(slice.request(), failure);
      }
    }
  }

  // ---- before the run

  /** The batch without what is answered already, or expired; null when nothing is left of it. */
  private @Nullable Batch withoutDead(Batch batch, long nowNanos) {
    boolean allLive = true;
    for (Slice slice : batch.slices()) {
      allLive &= isLive(slice.request(), nowNanos);
    }
    if (allLive) {
      return batch;
    }
    List<Slice> live = new ArrayList<>(batch.slices().size());
    for (Slice slice : batch.slices()) {
      QueuedRequest request = slice.request();
      if (isLive(request, nowNanos)) {
        live.add(slice);
      } else if (replies.fail(request, Refusals.expired(request, nowNanos))) {
        expired++;
        withdrawRest(request);
      }
    }
    return live.isEmpty() ? null : batch.of(live);
  }

  private static boolean isLive(QueuedRequest request, long nowNanos) {
    return !request.isExpired(nowNanos) && !request.isAnswered();
  }

  private void countRun(Batch batch, long startNanos) {
    if (runs++ == 0) {
      rows = batch.rows();
    }
    paddingRows += batch.paddingRows();
    for (Slice slice : batch.slices()) {
      if (slice.request().isExpired(startNanos)) {
        lateRows += slice.rows();
      }
    }
  }

  private static List<LoadedModel.Input> inputs(Batch batch) {
    int count = batch.signature().signature().inputs().size();
    List<LoadedModel.Input> inputs = new ArrayList<>(count);
    List<Slice> slices = batch.slices();
    for (int i = 0; i < count; i++) {
      if (slices.size() == 1) {
        inputs.add(new LoadedModel.Input(List.of(slices.get(0).input(i)), batch.paddingRows()));
      } else {
        List<Tensor> parts = new ArrayList<>(slices.size());
        for (Slice slice : slices) {
          parts.add(slice.input(i));
        }
        inputs.add(new LoadedModel.Input(parts, batch.paddingRows()));
      }
    }
    return inputs;
  }

  // ---- after it

  private static void requireAllOutputs(Batch batch, List<Tensor> outputs) {
    Signature signature = batch.signature().signature();
    if (outputs.size() != signature.outputs().size()) {
      throw new IllegalStateException(
          "outputs of signature "
              + signature.name()
              + ": "
              + outputs.size()
              + " (expected: "
              + signature.outputs().size()
              + ")");
    }
  }

  private static boolean isRowwise(Batch batch, List<Tensor> outputs) {
    int total = batch.totalRows();
    for (Tensor output : outputs) {
      if (output.rank() == 0 || output.rows() != total) {
        return false;
      }
    }
    return true;
  }

  private void deliver(Batch batch, List<Tensor> outputs, long endNanos) {
    if (batch.isPlain()) {
      Slice slice = batch.slices().get(0);
      List<NamedTensor> own = new ArrayList<>(outputs.size());
      for (int o = 0; o < outputs.size(); o++) {
        addIfWanted(own, slice.request(), batch, o, outputs.get(o));
      }
      complete(batch, slice.request(), own, endNanos);
      return;
    }
    int[] counts = rowCounts(batch);
    Tensor[][] cut = new Tensor[outputs.size()][];
    for (int o = 0; o < cut.length; o++) {
      cut[o] = outputs.get(o).split(counts);
    }
    for (int i = 0; i < batch.slices().size(); i++) {
      Slice slice = batch.slices().get(i);
      List<NamedTensor> own = new ArrayList<>(cut.length);
      for (int o = 0; o < cut.length; o++) {
        addIfWanted(own, slice.request(), batch, o, cut[o][i]);
      }
      if (slice.isWhole()) {
        complete(batch, slice.request(), own, endNanos);
      } else {
        join(batch, slice, own, endNanos);
      }
    }
  }

  /** Rows of each slice, then of the padding if there is any. */
  private static int[] rowCounts(Batch batch) {
    List<Slice> slices = batch.slices();
    int padding = batch.paddingRows();
    int[] counts = new int[slices.size() + (padding > 0 ? 1 : 0)];
    for (int i = 0; i < slices.size(); i++) {
      counts[i] = slices.get(i).rows();
    }
    if (padding > 0) {
      counts[slices.size()] = padding;
    }
    return counts;
  }

  private void join(Batch batch, Slice slice, List<NamedTensor> own, long endNanos) {
    QueuedRequest request = slice.request();
    RowJoin join = joinOf(request);
    Optional<List<NamedTensor>> joined;
    try {
      joined =
          join.add(
              slice.fromRow(), slice.rows(), own, batch.takenNanos(), endNanos - batchStartNanos);
    } catch (IllegalArgumentException e) {
      // Parts whose inner sizes differ: the outputs depend on which rows run together.
      separate(batch.of(List.of(slice)));
      return;
    }
    if (joined.isPresent()) {
      Timings timings =
          new Timings(
              join.firstTakenNanos() - request.arrivedNanos(),
              join.computeNanos(),
              batch.rows(),
              batch.slices().size());
      InferenceResult result = new InferenceResult(replica, joined.get(), timings);
      completed += replies.complete(request, result) ? 1 : 0;
    }
  }

  private void complete(
      Batch batch, QueuedRequest request, List<NamedTensor> outputs, long endNanos) {
    Timings timings =
        new Timings(
            batch.takenNanos() - request.arrivedNanos(),
            endNanos - batchStartNanos,
            batch.rows(),
            batch.slices().size());
    completed += replies.complete(request, new InferenceResult(replica, outputs, timings)) ? 1 : 0;
  }

  private static void addIfWanted(
      List<NamedTensor> own, QueuedRequest request, Batch batch, int output, Tensor tensor) {
    String name = batch.signature().signature().outputs().get(output).name();
    List<String> wanted = request.request().outputs();
    if (wanted.isEmpty() || wanted.contains(name)) {
      own.add(new NamedTensor(name, tensor));
    }
  }

  // ---- when it went wrong

  private void bisect(Batch batch, ModelRunException error) {
    List<Slice> slices = batch.slices();
    if (slices.size() == 1) {
      fail(slices.get(0).request(), new Failure(error.code(), String.valueOf(error.getMessage())));
      return;
    }
    int half = slices.size() / 2;
    attempt(batch.of(slices.subList(0, half)));
    attempt(batch.of(slices.subList(half, slices.size())));
  }

  private void separate(Batch batch) {
    batch.signature().stopBatching();
    for (Slice slice : batch.slices()) {
      QueuedRequest request = slice.request();
      if (slice.isWhole()) {
        attempt(batch.alone(request));
      } else if (joinOf(request).abandon()) {
        withdraw.accept(request);
        attempt(batch.alone(request));
      }
    }
  }

  private void fail(QueuedRequest request, Failure failure) {
    if (replies.fail(request, failure)) {
      failed++;
      withdrawRest(request);
    }
  }

  private void withdrawRest(QueuedRequest request) {
    if (request.join() != null) {
      withdraw.accept(request);
    }
  }

  private static RowJoin joinOf(QueuedRequest request) {
    RowJoin join = request.join();
    if (join == null) {
      throw new IllegalStateException(request + " was not split");
    }
    return join;
  }
}
