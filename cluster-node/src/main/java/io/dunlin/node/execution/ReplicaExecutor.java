package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import io.dunlin.node.batching.BatchQueue;
import io.dunlin.node.batching.Polled;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The executor of one replica: a {@link BatchQueue} and the lanes that take batches from it.
 *
 * <p>{@link #submit} may be called from any thread and never waits for a run: it takes one lock for
 * the time of an insertion, and wakes a lane only if one sleeps and none is on its way. Lanes sleep
 * without polling. <b>Sinks</b> are called on the lane's thread, or on the submitting one for what
 * is refused, before {@code submit} returns; while a sink runs its lane computes nothing, so it
 * must hand over at once.
 *
 * <p>States: RUNNING takes work; DRAINING answers new work {@code draining} and runs what is queued
 * until the drain deadline; CLOSED answers everything that is not running.
 *
 * <pre>
 * RUNNING  -> DRAINING  drain
 * RUNNING  -> CLOSED    close, or a bug ended a lane
 * DRAINING -> CLOSED    close, or a bug ended a lane
 * </pre>
 */
public final class ReplicaExecutor implements AutoCloseable {
  private enum State {
    RUNNING,
    DRAINING,
    CLOSED
  }

  private static final Attempt ANSWERED = () -> {};

  private final ReplicaId replica;
  private final LoadedModel model;
  private final LongSupplier nanoClock;
  private final ExecutionObserver observer;
  private final Replies replies;
  private final Map<String, ServedSignature> signatures = new LinkedHashMap<>();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final BatchQueue queue;
  private final List<Lane> lanes = new ArrayList<>();
  private final SleepingLanes<Lane> sleeping = new SleepingLanes<>();
  private final Tally tally = new Tally();
  private State state = State.RUNNING;
  private long drainDeadlineNanos;
  private int wantedLanes;

  private ReplicaExecutor(
      ReplicaId replica,
      LoadedModel model,
      ModelSpec spec,
      LongSupplier nanoClock,
      ExecutionObserver observer) {
    this.replica = replica;
    this.model = model;
    this.nanoClock = nanoClock;
    this.observer = observer;
    this.replies = new Replies(observer, nanoClock);
    for (Signature signature : model.description().signatures()) {
      signatures.put(signature.name(), new ServedSignature(signature));
    }
    this.queue = new BatchQueue(signatures.values(), spec);
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
    ReplicaExecutor executor = new ReplicaExecutor(replica, model, spec, nanoClock, observer);
    executor.lock.lock();
    try {
      executor.startLanes(spec.threading().lanes());
    } finally {
      executor.lock.unlock();
    }
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
    long now = nanoClock.getAsLong();
    ServedSignature signature = signatures.get(request.signature());
    Failure failure = signature == null ? unknown(request) : signature.refusal(request);
    if (signature == null || failure != null) {
      return refuse(request, sink, failure == null ? unknown(request) : failure);
    }
    QueuedRequest queued = signature.enqueue(request, sink, now);
    List<QueuedRequest> overdue = null;
    Lane lane = null;
    lock.lock();
    try {
      failure = state == State.RUNNING ? queue.offer(queued, now) : notRunning();
      if (failure != null && failure.code() == FailureCode.OVERLOADED) {
        overdue = new ArrayList<>();
        queue.expire(now, overdue::add);
        tally.expired += overdue.size();
        failure = overdue.isEmpty() ? failure : queue.offer(queued, now);
      }
      if (failure == null) {
        lane = laneToWake(now);
      } else {
        tally.refused++;
      }
    } finally {
      lock.unlock();
    }
    if (lane != null) {
      lane.wake();
    }
    if (overdue != null) {
      answerDropped(overdue, now);
    }
    if (failure != null) {
      replies.fail(queued, failure);
      return ANSWERED;
    }
    return () -> cancel(queued);
  }

  /**
   * Uses other batching, queue and lane settings from now on; nothing is reloaded and nothing
   * queued is lost.
   */
  public void reconfigure(ModelSpec spec) {
    List<Lane> woken;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      long now = nanoClock.getAsLong();
      queue.reconfigure(spec, now);
      if (state == State.DRAINING) {
        queue.hurry(now);
      }
      startLanes(spec.threading().lanes());
      woken = sleeping.asleep();
    } finally {
      lock.unlock();
    }
    woken.forEach(Lane::wake);
  }

  /**
   * Takes no new work and runs what is queued.
   *
   * @param deadline what is still queued then is answered {@code draining}, at the end of the run
   *     under way or at the next {@link #sweep}
   * @return completes when nothing is queued and no lane is busy; the same one for every call
   */
  public CompletionStage<Void> drain(Deadline deadline) {
    List<Lane> woken = List.of();
    boolean empty;
    lock.lock();
    try {
      if (state == State.RUNNING) {
        state = State.DRAINING;
        drainDeadlineNanos = deadline.nanoTime();
        queue.hurry(nanoClock.getAsLong());
        woken = sleeping.asleep();
      }
      empty = isDrained();
    } finally {
      lock.unlock();
    }
    woken.forEach(Lane::wake);
    completeDrain(empty);
    return drained.minimalCompletionStage();
  }

  /**
   * Answers requests whose deadline passed, or whose drain deadline did, while every lane is busy.
   * To be called from a timer, every 10 to 100 ms; quick when there is nothing to do.
   */
  public void sweep() {
    List<QueuedRequest> overdue = new ArrayList<>();
    List<QueuedRequest> undrained;
    boolean empty;
    long now;
    lock.lock();
    try {
      now = nanoClock.getAsLong();
      queue.expire(now, overdue::add);
      tally.expired += overdue.size();
      undrained = clearUndrained(now);
      empty = isDrained();
    } finally {
      lock.unlock();
    }
    answerDropped(overdue, now);
    answerDraining(undrained);
    completeDrain(empty);
  }

  /**
   * Answers everything queued with {@code draining} and waits until the lanes have ended, so for a
   * run under way too: blocks. May be called more than once, and from a sink.
   */
  @Override
  public void close() {
    List<QueuedRequest> rest = new ArrayList<>();
    List<Lane> running;
    lock.lock();
    try {
      state = State.CLOSED;
      queue.clear(nanoClock.getAsLong(), rest::add);
      tally.refused += rest.size();
      running = List.copyOf(lanes);
    } finally {
      lock.unlock();
    }
    running.forEach(Lane::wake);
    answerDraining(rest);
    for (Lane lane : running) {
      join(lane.thread());
    }
    completeDrain(true);
  }

  /** Counters and gauges, consistent with each other. */
  public ExecutionStats stats() {
    lock.lock();
    try {
      return tally.snapshot(queue);
    } finally {
      lock.unlock();
    }
  }

  /** Names of signatures whose requests run alone, declared so or found to be so. */
  public List<String> unbatchedSignatures() {
    return signatures.values().stream()
        .filter(signature -> !signature.isBatchable())
        .map(signature -> signature.signature().name())
        .toList();
  }

  // ---- answers

  private void cancel(QueuedRequest request) {
    boolean removed;
    boolean empty;
    lock.lock();
    try {
      removed = queue.cancel(request, nanoClock.getAsLong());
      tally.cancelled += removed ? 1 : 0;
      empty = isDrained();
    } finally {
      lock.unlock();
    }
    if (removed) {
      replies.fail(request, new Failure(FailureCode.CANCELLED, "the caller gave the request up"));
      completeDrain(empty);
    }
  }

  private void withdraw(QueuedRequest request) {
    lock.lock();
    try {
      queue.cancel(request, nanoClock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private Attempt refuse(InferenceRequest request, ReplySink sink, Failure failure) {
    lock.lock();
    try {
      tally.refused++;
    } finally {
      lock.unlock();
    }
    replies.refuse(request, sink, failure);
    return ANSWERED;
  }

  private void answerDropped(List<QueuedRequest> dropped, long now) {
    for (QueuedRequest request : dropped) {
      replies.fail(request, Refusals.dropped(request, now));
    }
  }

  private void answerDraining(List<QueuedRequest> dropped) {
    for (QueuedRequest request : dropped) {
      replies.fail(
          request,
          new Failure(
              FailureCode.DRAINING,
              "replica " + replica + " stopped before the request's turn came"));
    }
  }

  private Failure unknown(InferenceRequest request) {
    return Failure.notFound(
        "signature: '" + request.signature() + "' (expected: one of " + signatures.keySet() + ")");
  }

  // ---- lanes

  private final class Turns implements Lane.Source {
    @Override
    public @Nullable Batch next(Lane lane, BatchRun.@Nullable Outcome ended) {
      return nextBatch(lane, ended);
    }

    @Override
    public void laneFailed(Lane lane, Throwable thrown) {
      breakDown(lane, thrown);
    }
  }

  private @Nullable Batch nextBatch(Lane lane, BatchRun.@Nullable Outcome ended) {
    BatchRun.Outcome outcome = ended;
    while (true) {
      Turn turn = new Turn();
      lock.lock();
      try {
        takeTurn(lane, outcome, turn);
      } finally {
        lock.unlock();
      }
      outcome = null;
      if (turn.next != null) {
        turn.next.wake();
      }
      answerDropped(turn.overdue, turn.nowNanos);
      answerDraining(turn.undrained);
      completeDrain(turn.drained);
      if (turn.batch != null || turn.ends) {
        return turn.batch;
      }
      if (turn.timed) {
        lane.sleepUntil(turn.untilNanos, nanoClock);
      } else {
        lane.sleep();
      }
    }
  }

  /** What a lane finds to do when it has the lock, carried out once it has let it go. */
  private static final class Turn {
    private List<QueuedRequest> overdue = List.of();
    private List<QueuedRequest> undrained = List.of();
    private @Nullable Batch batch;
    private @Nullable Lane next;
    private boolean ends;
    private boolean drained;
    private boolean timed;
    private long untilNanos;
    private long nowNanos;

    void drop(QueuedRequest request) {
      if (overdue.isEmpty()) {
        overdue = new ArrayList<>();
      }
      overdue.add(request);
    }
  }

  private void takeTurn(Lane lane, BatchRun.@Nullable Outcome ended, Turn turn) {
    long now = nanoClock.getAsLong();
    turn.nowNanos = now;
    if (ended != null) {
      queue.finished(ended.batch(), ended.runNanos());
      tally.ended(ended);
    }
    sleeping.awake(lane);
    turn.undrained = clearUndrained(now);
    if (state == State.CLOSED || lane.index() >= wantedLanes) {
      lanes.remove(lane);
      turn.ends = true;
    } else {
      switch (queue.poll(now, turn::drop)) {
        case Batch batch -> {
          turn.batch = batch;
          tally.started(batch);
        }
        case Polled.Wait wait -> {
          turn.timed = sleeping.sleepsUntil(lane, wait.untilNanos());
          turn.untilNanos = wait.untilNanos();
        }
        case Polled.Nothing.INSTANCE -> sleeping.sleeps(lane);
      }
      tally.expired += turn.overdue.size();
    }
    turn.next = laneToWake(now);
    turn.drained = isDrained();
  }

  /** A bug in the queue: nothing that is queued can be trusted to run, so all of it is answered. */
  private void breakDown(Lane lane, Throwable thrown) {
    observer.threw(lane.thread().getName(), thrown);
    List<QueuedRequest> rest = new ArrayList<>();
    List<Lane> others;
    lock.lock();
    try {
      state = State.CLOSED;
      queue.clear(nanoClock.getAsLong(), rest::add);
      lanes.remove(lane);
      others = List.copyOf(lanes);
    } finally {
      lock.unlock();
    }
    others.forEach(Lane::wake);
    Failure failure = new Failure(FailureCode.INTERNAL, "replica " + replica + ": " + thrown);
    for (QueuedRequest request : rest) {
      replies.fail(request, failure);
    }
  }

  // ---- under the lock

  private void startLanes(int count) {
    wantedLanes = Math.max(1, count);
    for (int n = 0; n < wantedLanes; n++) {
      int index = n;
      if (lanes.stream().noneMatch(lane -> lane.index() == index)) {
        BatchRun run = new BatchRun(replica, model, nanoClock, observer, replies, this::withdraw);
        Lane lane = new Lane("dunlin-lane-" + replica + "-" + n, n, new Turns(), run);
        lanes.add(lane);
        lane.thread().start();
      }
    }
  }

  private @Nullable Lane laneToWake(long now) {
    if (queue.isEmpty()) {
      return null;
    }
    return queue.isDue(now) ? sleeping.toWakeNow() : sleeping.toWakeFor(queue.nextReleaseNanos());
  }

  private List<QueuedRequest> clearUndrained(long now) {
    if (state != State.DRAINING || queue.isEmpty() || drainDeadlineNanos - now > 0) {
      return List.of();
    }
    List<QueuedRequest> undrained = new ArrayList<>();
    queue.clear(now, undrained::add);
    tally.refused += undrained.size();
    return undrained;
  }

  private boolean isDrained() {
    return state != State.RUNNING && tally.busyLanes() == 0 && queue.isEmpty();
  }

  private Failure notRunning() {
    return state == State.DRAINING
        ? new Failure(
            FailureCode.DRAINING, "replica " + replica + " is draining and takes no new requests")
        : new Failure(FailureCode.REPLICA_GONE, "replica " + replica + " is not served here");
  }

  // ---- without it: what waits for it is foreign code

  private void completeDrain(boolean empty) {
    if (empty) {
      drained.complete(null);
    }
  }

  private static void join(Thread thread) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
