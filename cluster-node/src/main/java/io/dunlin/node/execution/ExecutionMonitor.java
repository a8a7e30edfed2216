package io.dunlin.node.execution;

import io.dunlin.node.batching.Batch;
import io.dunlin.node.batching.BatchQueue;
import io.dunlin.node.batching.Polled;
import io.dunlin.node.batching.QueuedRequest;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state of one executor behind its one lock: queue, lanes, counters, and whether it runs,
 * drains or is closed.
 *
 * <p>A monitor in Hoare's sense (CACM 17(10), 1974): every method takes the lock for the time of
 * one queue operation, wakes the lane that has become needed after letting it go, and hands what
 * left the queue to the caller to answer. No foreign code runs under the lock.
 *
 * <pre>
 * RUNNING  -> DRAINING  drain
 * RUNNING  -> CLOSED    close
 * DRAINING -> CLOSED    close
 * </pre>
 */
final class ExecutionMonitor {
  private enum State {
    RUNNING,
    DRAINING,
    CLOSED
  }

  /** What a lane does next: run the batch, end, or sleep. */
  static final class Turn {
    private List<QueuedRequest> overdue = List.of();
    private List<QueuedRequest> undrained = List.of();
    private @Nullable Batch batch;
    private boolean ends;
    private boolean drained;
    private boolean timed;
    private long untilNanos;

    /** What expired, to be answered. */
    List<QueuedRequest> overdue() {
      return overdue;
    }

    /** What the drain deadline overtook, to be answered. */
    List<QueuedRequest> undrained() {
      return undrained;
    }

    @Nullable Batch batch() {
      return batch;
    }

    boolean ends() {
      return ends;
    }

    /** Whether this turn was the last of a drain. */
    boolean drained() {
      return drained;
    }

    /** Whether to sleep no longer than {@link #untilNanos}. */
    boolean timed() {
      return timed;
    }

    long untilNanos() {
      return untilNanos;
    }

    private void drop(QueuedRequest request) {
      if (overdue.isEmpty()) {
        overdue = new ArrayList<>();
      }
      overdue.add(request);
    }
  }

  /** What left the queue unanswered. */
  record Swept(List<QueuedRequest> overdue, List<QueuedRequest> undrained) {}

  private final ReplicaId replica;
  private final IntFunction<Lane> newLane;
  private final ReentrantLock lock = new ReentrantLock();

  // Under the lock.
  private final BatchQueue queue;
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<Lane, Batch> running = new HashMap<>();
  private final SleepingLanes<Lane> sleeping = new SleepingLanes<>();
  private final Tally tally = new Tally();
  private State state = State.RUNNING;
  private long drainDeadlineNanos;
  private int wantedLanes;

  /**
   * @param newLane makes the lane of an index, not started
   */
  ExecutionMonitor(ReplicaId replica, BatchQueue queue, IntFunction<Lane> newLane) {
    this.replica = replica;
    this.queue = queue;
    this.newLane = newLane;
  }

  /** Queues a request and wakes a lane if one is needed for it; null when it was taken. */
  @Nullable Failure offer(QueuedRequest request, long nowNanos) {
    Lane woken;
    lock.lock();
    try {
      Failure failure =
          switch (state) {
            case RUNNING -> queue.offer(request, nowNanos);
            case DRAINING -> Stopped.draining(replica);
            case CLOSED -> Stopped.gone(replica);
          };
      if (failure != null) {
        return failure;
      }
      woken = laneToWake(nowNanos);
    } finally {
      lock.unlock();
    }
    if (woken != null) {
      woken.wake();
    }
    return null;
  }

  /** Accounts for the run that ended, and finds the lane something to do. */
  Turn turn(Lane lane, BatchRun.@Nullable Outcome ended, long nowNanos) {
    Turn turn = new Turn();
    Lane woken;
    lock.lock();
    try {
      if (ended != null) {
        running.remove(lane);
        queue.finished(ended.batch(), ended.runNanos());
        tally.ended(ended);
      }
      sleeping.awake(lane);
      turn.undrained = clearUndrained(nowNanos);
      if (state == State.CLOSED || lane.index() >= wantedLanes) {
        lanes.remove(lane);
        turn.ends = true;
      } else {
        takeOrSleep(lane, turn, nowNanos);
      }
      turn.drained = isDrainedNow();
      woken = laneToWake(nowNanos);
    } finally {
      lock.unlock();
    }
    if (woken != null) {
      woken.wake();
    }
    return turn;
  }

  private void takeOrSleep(Lane lane, Turn turn, long nowNanos) {
    switch (queue.poll(nowNanos, turn::drop)) {
      case Batch batch -> {
        turn.batch = batch;
        running.put(lane, batch);
      }
      case Polled.Wait wait -> {
        turn.timed = sleeping.sleepsUntil(lane, wait.untilNanos());
        turn.untilNanos = wait.untilNanos();
      }
      case Polled.Nothing.INSTANCE -> sleeping.sleeps(lane);
    }
  }

  /** Takes a request out, or what is left of it; false when it is not in. */
  boolean cancel(QueuedRequest request, long nowNanos) {
    lock.lock();
    try {
      return queue.cancel(request, nowNanos);
    } finally {
      lock.unlock();
    }
  }

  /** Takes out what expired, and what a drain's deadline overtook. */
  Swept sweep(long nowNanos) {
    List<QueuedRequest> overdue = new ArrayList<>();
    lock.lock();
    try {
      queue.expire(nowNanos, overdue::add);
      return new Swept(overdue, clearUndrained(nowNanos));
    } finally {
      lock.unlock();
    }
  }

  /** Applies settings, starts missing lanes and lets surplus ones end. */
  void configure(ModelSpec spec, long nowNanos) {
    List<Lane> woken;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      queue.reconfigure(spec, nowNanos);
      if (state == State.DRAINING) {
        queue.hurry(nowNanos);
      }
      startLanes(spec.threading().lanes());
      woken = sleeping.asleep();
    } finally {
      lock.unlock();
    }
    woken.forEach(Lane::wake);
  }

  /** From now on refuses; the first call's deadline counts. */
  void drain(long deadlineNanos, long nowNanos) {
    List<Lane> woken;
    lock.lock();
    try {
      if (state != State.RUNNING) {
        return;
      }
      state = State.DRAINING;
      drainDeadlineNanos = deadlineNanos;
      queue.hurry(nowNanos);
      woken = sleeping.asleep();
    } finally {
      lock.unlock();
    }
    woken.forEach(Lane::wake);
  }

  /** Takes everything out and lets the lanes end. */
  List<QueuedRequest> close(long nowNanos) {
    List<QueuedRequest> rest = new ArrayList<>();
    List<Lane> woken;
    lock.lock();
    try {
      state = State.CLOSED;
      queue.clear(nowNanos, rest::add);
      woken = sleeping.asleep();
    } finally {
      lock.unlock();
    }
    woken.forEach(Lane::wake);
    return rest;
  }

  /** {@link #close} because a lane ended without a turn; what it ran is handed out too. */
  List<QueuedRequest> laneDied(Lane lane, long nowNanos) {
    List<QueuedRequest> rest = close(nowNanos);
    lock.lock();
    try {
      Batch batch = running.remove(lane);
      if (batch != null) {
        queue.finished(batch, 0);
        batch.slices().forEach(slice -> rest.add(slice.request()));
      }
      sleeping.awake(lane);
      lanes.remove(lane);
    } finally {
      lock.unlock();
    }
    return rest;
  }

  /** Lanes that have not ended. */
  List<Lane> lanes() {
    lock.lock();
    try {
      return List.copyOf(lanes);
    } finally {
      lock.unlock();
    }
  }

  /** Whether no work is taken any more, none is queued and none runs. */
  boolean isDrained() {
    lock.lock();
    try {
      return isDrainedNow();
    } finally {
      lock.unlock();
    }
  }

  ExecutionStats stats(long refused, long cancelled, long expiredInQueue) {
    lock.lock();
    try {
      return tally.snapshot(queue, running.values(), refused, cancelled, expiredInQueue);
    } finally {
      lock.unlock();
    }
  }

  // ---- under the lock

  private @Nullable Lane laneToWake(long nowNanos) {
    if (queue.isEmpty()) {
      return null;
    }
    return queue.isDue(nowNanos)
        ? sleeping.toWakeNow()
        : sleeping.toWakeFor(queue.nextReleaseNanos());
  }

  private void startLanes(int count) {
    wantedLanes = Math.max(1, count);
    for (int n = 0; n < wantedLanes; n++) {
      int index = n;
      if (lanes.stream().noneMatch(lane -> lane.index() == index)) {
        Lane lane = newLane.apply(n);
        lanes.add(lane);
        lane.start();
      }
    }
  }

  private List<QueuedRequest> clearUndrained(long nowNanos) {
    if (state != State.DRAINING || queue.isEmpty() || drainDeadlineNanos - nowNanos > 0) {
      return List.of();
    }
    List<QueuedRequest> undrained = new ArrayList<>();
    queue.clear(nowNanos, undrained::add);
    return undrained;
  }

  private boolean isDrainedNow() {
    return state != State.RUNNING && running.isEmpty() && queue.isEmpty();
  }
}
