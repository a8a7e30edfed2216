package io.dunlin.node.batching;

import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One request at a replica, from its arrival until it is answered.
 *
 * <p>Whoever answers goes through {@link #claim}, which succeeds once; so a request is answered
 * exactly once however completion, expiry, cancellation and closing race. All other state belongs
 * to the {@link BatchQueue} and is touched only under its owner's lock.
 */
public final class QueuedRequest {
  private static final VarHandle CLAIMED;

  static {
    try {
      CLAIMED = MethodHandles.lookup().findVarHandle(QueuedRequest.class, "claimed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final InferenceRequest request;
  private final ReplySink sink;
  private final BatchKey key;
  private final int rows;
  private final long bytes;
  private final long deadlineNanos;
  private final int urgency;
  private final long arrivedNanos;

  // Written through CLAIMED only.
  @SuppressWarnings("unused")
  private volatile boolean claimed;

  // The queue's own.
  long sequence;
  int timeoutClass;
  int heapIndex = IndexedHeap.ABSENT;
  int takenRows;
  @Nullable BatchGroup group;
  @Nullable QueuedRequest older;
  @Nullable QueuedRequest newer;
  private @Nullable RowJoin join;

  QueuedRequest(
      InferenceRequest request, ReplySink sink, BatchKey key, int rows, long arrivedNanos) {
    this.request = request;
    this.sink = sink;
    this.key = key;
    this.rows = rows;
    this.bytes = request.inputBytes();
    this.deadlineNanos = request.deadline().nanoTime();
    this.urgency = request.priority().urgency();
    this.arrivedNanos = arrivedNanos;
  }

  public InferenceRequest request() {
    return request;
  }

  public ServedSignature signature() {
    return key.signature();
  }

  /** Rows it counts in the queue and in a batch; 1 for a request that never shares a run. */
  public int rows() {
    return rows;
  }

  /** Bytes of its inputs. */
  public long bytes() {
    return bytes;
  }

  /** When it reached the replica. */
  public long arrivedNanos() {
    return arrivedNanos;
  }

  public boolean isExpired(long nowNanos) {
    return deadlineNanos - nowNanos <= 0;
  }

  /** Whether an answer was given or is being given. */
  public boolean isAnswered() {
    return claimed;
  }

  /** Takes the right to answer; true for one caller only. */
  public boolean claim() {
    return !claimed && CLAIMED.compareAndSet(this, false, true);
  }

  /**
   * Where the answer goes; for the one whose {@link #claim} succeeded, and without any lock held.
   */
  public ReplySink sink() {
    return sink;
  }

  /** Where the results of its parts meet; there once the request was split. */
  public @Nullable RowJoin join() {
    return join;
  }

  BatchKey key() {
    return key;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  int urgency() {
    return urgency;
  }

  int remainingRows() {
    return rows - takenRows;
  }

  /** Takes its next rows; all that remain, or a part of a request that is split. */
  Batch.Slice take(int count) {
    int from = takenRows;
    if (count < rows && join == null) {
      join = new RowJoin(rows);
    }
    takenRows += count;
    return new Batch.Slice(this, from, count);
  }

  /** Earliest deadline first; first come first served among equals. */
  boolean isBefore(QueuedRequest other) {
    long order = deadlineNanos - other.deadlineNanos;
    return order < 0 || (order == 0 && sequence < other.sequence);
  }

  @Override
  public String toString() {
    return "QueuedRequest[" + request.requestId() + ", rows " + rows + "]";
  }
}
