package io.dunlin.node.execution;

import io.dunlin.node.batching.BatchQueue;
import io.dunlin.node.batching.QueuedRequest;
import io.dunlin.node.batching.Refusals;
import io.dunlin.node.batching.ServedSignature;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint.Attempt;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import io.dunlin.shared.tensor.Signature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The executor of one replica: a queue that makes batches, and the lanes that run them.
 *
 * <p>{@link #submit} may be called from any thread and never waits for a run: it takes one lock for
 * the time of an insertion, and wakes a lane only if one sleeps and none is on its way. Lanes sleep
 * without polling.
 *
 * <p><b>Sinks</b> are called once for each request and without locks: on the lane's thread, or for
 * what is refused on the submitting one before {@code submit} returns. While a sink runs, its lane
 * computes nothing, so a sink must hand over at once and never block.
 *
 * <p>It runs, then drains (new work is answered {@code draining}), then is closed (new work is
 * answered {@code replica_gone}); see {@link ExecutionMonitor}. A bug that ends a lane closes it,
 * and is reported to the observer.
 */
public final class ReplicaExecutor implements AutoCloseable {
  private static final Attempt ANSWERED = () -> {};

  private final ReplicaId replica;
  private final LoadedModel model;
  private final LongSupplier nanoClock;
  private final ExecutionObserver observer;
  private final Replies replies;
  private final Map<String, ServedSignature> signatures = new LinkedHashMap<>();
  private final ExecutionMonitor monitor;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  // Counted with the answer: the rest of a split request may be dropped while a lane answers it.
  private final LongAdder refused = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder expiredInQueue = new LongAdder();

  private ReplicaExecutor(
      ReplicaId replica,
      LoadedModel model,
      ModelSpec spec,
      LongSupplier nanoClock,
      ExecutionObserver observer,
      Lane.Factory lanes) {
    this.replica = replica;
    this.model = model;
    this.nanoClock = nanoClock;
    this.observer = observer;
    this.replies = new Replies(observer, nanoClock);
    for (Signature signature : model.description().signatures()) {
      signatures.put(signature.name(), new ServedSignature(signature));
    }
    this.monitor =
        new ExecutionMonitor(
            replica, new BatchQueue(signatures.values(), spec), index -> newLane(lanes, index));
  }

  /**
   * Starts the lanes the spec asks for.
   *
   * @param model ready to run; stays the caller's to close, after this executor is closed
   * @param nanoClock the clock that requests' deadlines are on, {@code System::nanoTime}
   */
  public static ReplicaExecutor start(
      ReplicaId replica,
      LoadedModel model,
      ModelSpec spec,
      LongSupplier nanoClock,
      ExecutionObserver observer) {
    return start(
        replica,
        model,
        spec,
        nanoClock,
        observer,
        (index, turns, run) ->
            new LaneThread("dunlin-lane-" + replica + "-" + index, index, turns, run, nanoClock));
  }

  static ReplicaExecutor start(
      ReplicaId replica,
      LoadedModel model,
      ModelSpec spec,
      LongSupplier nanoClock,
      ExecutionObserver observer,
      Lane.Factory lanes) {
    ReplicaExecutor executor =
        new ReplicaExecutor(replica, model, spec, nanoClock, observer, lanes);
    executor.reconfigure(spec);
    return executor;
  }

  /**
   * Queues a request, or answers it at once if it is refused.
   *
   * @param sink called once, see above
   * @return takes the request out of the queue if it is still there, and then answers {@code
   *     cancelled}
   */
  public Attempt submit(InferenceRequest request, ReplySink sink) {
    ServedSignature signature = signatures.get(request.signature());
    if (signature == null) {
      return refuse(request, sink, unknownSignature(request));
    }
    Failure mismatch = signature.refusal(request);
    if (mismatch != null) {
      return refuse(request, sink, mismatch);
    }
    long now = nanoClock.getAsLong();
    QueuedRequest queued = signature.enqueue(request, sink, now);
    Failure failure = monitor.offer(queued, now);
    if (failure != null && failure.code() == FailureCode.OVERLOADED && sweep(now)) {
      failure = monitor.offer(queued, now);
    }
    if (failure != null) {
      return refuse(request, sink, failure);
    }
    return () -> cancel(queued);
  }

  /**
   * Uses other batching, queue and lane settings from now on; nothing is reloaded and nothing
   * queued is lost.
   */
  public void reconfigure(ModelSpec spec) {
    monitor.configure(spec, nanoClock.getAsLong());
  }

  /**
   * Takes no new work and runs what is queued.
   *
   * @param deadline what is still queued then is answered {@code draining}, at the end of the run
   *     under way or at the next {@link #sweep}
   * @return completes when nothing is queued and no lane is busy; the same one for every call
   */
  public CompletionStage<Void> drain(Deadline deadline) {
    monitor.drain(deadline.nanoTime(), nanoClock.getAsLong());
    completeDrainIfEmpty();
    return drained.minimalCompletionStage();
  }

  /**
   * Answers requests whose deadline passed, or whose drain deadline did, while every lane is busy.
   * To be called from a timer, every 10 to 100 ms; quick when there is nothing to do.
   */
  public void sweep() {
    sweep(nanoClock.getAsLong());
  }

  /**
   * Answers everything queued with {@code draining} and waits until the lanes have ended, so for a
   * run under way too: blocks. May be called more than once, and from a sink, where it does not
   * wait for the sink's own lane.
   */
  @Override
  public void close() {
    answerUndrained(monitor.close(nanoClock.getAsLong()));
    for (Lane lane : monitor.lanes()) {
      lane.join();
    }
    completeDrainIfEmpty();
  }

  /** Counters and gauges. */
  public ExecutionStats stats() {
    return monitor.stats(refused.sum(), cancelled.sum(), expiredInQueue.sum());
  }

  /** Names of signatures whose requests run alone, declared so or found to be so. */
  public List<String> unbatchedSignatures() {
    return signatures.values().stream()
        .filter(signature -> !signature.isBatchable())
        .map(signature -> signature.signature().name())
        .toList();
  }

  // ---- lanes

  private Lane newLane(Lane.Factory factory, int index) {
    BatchRun run =
        new BatchRun(
            replica,
            model,
            nanoClock,
            observer,
            replies,
            request -> monitor.cancel(request, nanoClock.getAsLong()));
    return factory.create(index, new AnsweringTurns(), run);
  }

  private final class AnsweringTurns implements Lane.Turns {
    @Override
    public ExecutionMonitor.Turn next(Lane lane, BatchRun.@Nullable Outcome ended) {
      long now = nanoClock.getAsLong();
      ExecutionMonitor.Turn turn = monitor.turn(lane, ended, now);
      answerDropped(turn.overdue(), now);
      answerUndrained(turn.undrained());
      if (turn.drained()) {
        drained.complete(null);
      }
      return turn;
    }

    /** Nothing that is queued can be trusted to run, so all of it is answered. */
    @Override
    public void failed(Lane lane, Throwable thrown) {
      observer.threw(lane.toString(), thrown);
      Failure failure = new Failure(FailureCode.INTERNAL, "replica " + replica + ": " + thrown);
      for (QueuedRequest request : monitor.laneDied(lane, nanoClock.getAsLong())) {
        replies.fail(request, failure);
      }
      completeDrainIfEmpty();
    }
  }

  // ---- answers

  private void cancel(QueuedRequest request) {
    if (monitor.cancel(request, nanoClock.getAsLong())) {
      Failure failure = new Failure(FailureCode.CANCELLED, "the caller gave the request up");
      failCounted(cancelled, request, failure);
      completeDrainIfEmpty();
    }
  }

  /** Whether anything left the queue. */
  private boolean sweep(long now) {
    ExecutionMonitor.Swept swept = monitor.sweep(now);
    answerDropped(swept.overdue(), now);
    answerUndrained(swept.undrained());
    if (swept.overdue().isEmpty() && swept.undrained().isEmpty()) {
      return false;
    }
    completeDrainIfEmpty();
    return true;
  }

  private Attempt refuse(InferenceRequest request, ReplySink sink, Failure failure) {
    refused.increment();
    replies.refuse(request, sink, failure);
    return ANSWERED;
  }

  private void answerDropped(List<QueuedRequest> dropped, long now) {
    for (QueuedRequest request : dropped) {
      failCounted(expiredInQueue, request, Refusals.dropped(request, now));
    }
  }

  private void answerUndrained(List<QueuedRequest> dropped) {
    for (QueuedRequest request : dropped) {
      failCounted(refused, request, Stopped.beforeItsTurn(replica));
    }
  }

  private void failCounted(LongAdder counter, QueuedRequest request, Failure failure) {
    if (replies.fail(request, failure)) {
      counter.increment();
    }
  }

  private Failure unknownSignature(InferenceRequest request) {
    return Failure.notFound(
        "signature: '" + request.signature() + "' (expected: one of " + signatures.keySet() + ")");
  }

  private void completeDrainIfEmpty() {
    if (monitor.isDrained()) {
      drained.complete(null);
    }
  }
}
