package io.dunlin.node.batching;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue of one replica: what waits, what is refused, and what runs next.
 *
 * <p><b>Bounds.</b> Rows and bytes of input. At a bound a request is refused with {@code
 * overloaded} and the time in which the queue is expected to drain; one that could never fit, with
 * {@code payload_too_large}.
 *
 * <p><b>Order.</b> A batch is led by a request of the most urgent level (RFC 9218) that is due, in
 * it by the one with the earliest deadline, among equals by the one that came first. No level
 * starves: one that was passed over by 16 batches leads the next, so a level with work that is due
 * leads at least one batch in 23. The rest of the batch is filled with requests of the same batch
 * key, most urgent level first, in the same order. In each level filling ends at the first request
 * that does not fit: smaller ones of its level do not overtake it.
 *
 * <p><b>Splitting.</b> A request with more rows left than a run may have is split: it takes what
 * space a batch has and keeps its place in the queue with the rest. Smaller ones are never split.
 *
 * <p><b>Delay.</b> Requests of a key are due when they fill a run, when the oldest has waited
 * maxQueueDelay, or when waiting longer would cost the earliest deadline among them. Keys that run
 * alone are due at once.
 *
 * <p><b>Deadlines.</b> An expired request is never taken. Under overload, earliest deadline first
 * by itself fills every batch with rows that end just too late (Locke, "Best-effort decision making
 * for real-time scheduling", 1986); therefore a request is refused on arrival when the expected
 * wait and its run exceed its deadline, and dropped when its turn comes if it would likely end too
 * late while more waits than one run takes. What is left when the queue is short is always tried,
 * so there is always a run to learn from, and wrong estimates heal.
 *
 * <p>Every operation is O(log n) in the number of waiting requests, apart from what it returns.
 * Memory is bounded by the queue's bounds. Not thread-safe: the owner locks. Nothing here calls a
 * sink: the owner answers what is handed out.
 */
public final class BatchQueue {
  /** Empty groups kept for the next request of their key. */
  private static final int IDLE_GROUPS = 16;

  private final Map<BatchKey, BatchGroup> groups = new HashMap<>();
  private final GroupSchedule schedule = new GroupSchedule();
  private final WaitEstimate estimate;

  private ModelSpec.Queue bounds;
  private BatchSizes sizes;
  private boolean batching;
  private long delayNanos;

  private long nextSequence;
  private int queuedRows;
  private int queuedRequests;
  private long queuedBytes;

  /**
   * @param signatures all that requests may come for
   * @param spec batching and queue settings, and how many lanes take batches
   */
  public BatchQueue(Collection<ServedSignature> signatures, ModelSpec spec) {
    estimate = new WaitEstimate(signatures);
    bounds = spec.queue();
    sizes = BatchSizes.of(spec.batching());
    apply(spec);
  }

  /** Uses other settings from now on; what is queued stays, above smaller bounds too. */
  public void reconfigure(ModelSpec spec, long nowNanos) {
    apply(spec);
    for (BatchGroup group : List.copyOf(groups.values())) {
      reschedule(group, nowNanos);
    }
  }

  /**
   * Takes a request in, or says why not; null means it was taken.
   *
   * @return {@code overloaded} with the time to retry after at a bound, {@code payload_too_large}
   *     for what can never fit, {@code deadline_exceeded} when it is too late or will be
   */
  public @Nullable Failure offer(QueuedRequest request, long nowNanos) {
    long remainingNanos = request.deadlineNanos() - nowNanos;
    if (remainingNanos <= 0) {
      return Refusals.expired(request, nowNanos);
    }
    if (request.rows() > bounds.maxRows() || request.bytes() > bounds.maxBytes()) {
      return Refusals.neverFits(request, bounds);
    }
    if (request.rows() > bounds.maxRows() - queuedRows
        || request.bytes() > bounds.maxBytes() - queuedBytes) {
      return Refusals.full(queuedRows, queuedBytes, bounds, estimate.retryAfter());
    }
    int timeoutClass = Backlog.timeoutClass(remainingNanos);
    if (queuedRequests > 0) {
      long finishNanos = estimate.finishNanos(request, timeoutClass, remainingNanos);
      if (finishNanos > remainingNanos) {
        return Refusals.hopeless(finishNanos, remainingNanos, estimate.retryAfter());
      }
    }
    request.timeoutClass = timeoutClass;
    request.sequence = nextSequence++;
    queuedRequests++;
    queuedBytes += request.bytes();
    count(request, request.rows());
    BatchGroup group = groups.computeIfAbsent(request.key(), BatchGroup::new);
    group.add(request);
    reschedule(group, nowNanos);
    return null;
  }

  /**
   * What a free lane does now.
   *
   * @param dropped takes the requests that left the queue because their deadline passed or cannot
   *     be met any more
   */
  public Polled poll(long nowNanos, Consumer<QueuedRequest> dropped) {
    release(nowNanos);
    for (int level = schedule.leadingLevel();
        level != GroupSchedule.NONE;
        level = schedule.leadingLevel()) {
      QueuedRequest leader = schedule.firstDue(level);
      BatchGroup group = leader == null ? null : leader.group;
      if (leader == null || group == null) {
        throw new IllegalStateException("level " + level + " is due without a request");
      }
      if (!isTooLate(leader, group, nowNanos)) {
        schedule.led(level);
        Batch batch = take(group, leader, nowNanos, dropped);
        reschedule(group, nowNanos);
        return batch;
      }
      remove(leader);
      reschedule(group, nowNanos);
      dropped.accept(leader);
    }
    BatchGroup next = schedule.nextWaiting();
    return next == null ? Polled.Nothing.INSTANCE : new Polled.Wait(next.releaseNanos);
  }

  public boolean isEmpty() {
    return queuedRequests == 0;
  }

  /** Whether something may be taken at this time. */
  public boolean isDue(long nowNanos) {
    BatchGroup next = schedule.nextWaiting();
    return schedule.isAnyDue() || (next != null && next.releaseNanos - nowNanos <= 0);
  }

  /** When the next key becomes due that is not yet; only while something waits. */
  public long nextReleaseNanos() {
    BatchGroup next = schedule.nextWaiting();
    if (next == null) {
      throw new IllegalStateException("nothing waits");
    }
    return next.releaseNanos;
  }

  /** Takes out the requests whose deadline has passed, those waiting for company too. */
  public void expire(long nowNanos, Consumer<QueuedRequest> dropped) {
    release(nowNanos);
    for (int level = 0; level < Priority.LEVELS; level++) {
      QueuedRequest first = schedule.firstDue(level);
      while (first != null && first.isExpired(nowNanos)) {
        cancel(first, nowNanos);
        dropped.accept(first);
        first = schedule.firstDue(level);
      }
    }
  }

  /** Takes a request out, all of its rows that are left; false when it is not (or no longer) in. */
  public boolean cancel(QueuedRequest request, long nowNanos) {
    BatchGroup group = request.group;
    if (group == null) {
      return false;
    }
    remove(request);
    reschedule(group, nowNanos);
    return true;
  }

  /** Lets nothing wait for company any more, until {@link #reconfigure}. */
  public void hurry(long nowNanos) {
    delayNanos = 0;
    for (BatchGroup group : List.copyOf(groups.values())) {
      reschedule(group, nowNanos);
    }
  }

  /** Takes everything out. */
  public void clear(long nowNanos, Consumer<QueuedRequest> dropped) {
    for (BatchGroup group : List.copyOf(groups.values())) {
      for (QueuedRequest next = group.oldest(); next != null; next = group.oldest()) {
        remove(next);
        dropped.accept(next);
      }
      reschedule(group, nowNanos);
    }
  }

  /**
   * Notes the end of a batch.
   *
   * @param runNanos how long its run took; 0 when it did not succeed in one run, which teaches
   *     nothing
   */
  public void finished(Batch batch, long runNanos) {
    estimate.inFlight(-batch.expectedNanos());
    if (runNanos > 0) {
      batch.signature().serviceTime().record(batch.totalRows(), runNanos);
    }
  }

  public int queuedRows() {
    return queuedRows;
  }

  public int queuedRequests() {
    return queuedRequests;
  }

  public long queuedBytes() {
    return queuedBytes;
  }

  /** How long a request of the least urgent level would wait; 0 when nothing was measured yet. */
  public long expectedWaitNanos() {
    return estimate.drainNanos();
  }

  /** Batch keys remembered. */
  int groups() {
    return groups.size();
  }

  private void apply(ModelSpec spec) {
    bounds = spec.queue();
    sizes = BatchSizes.of(spec.batching());
    batching = spec.batching().enabled();
    delayNanos = Math.max(0, spec.batching().maxQueueDelay().toNanos());
    estimate.configure(batching, sizes.cap(), spec.threading().lanes());
  }

  // ---- taking

  private Batch take(
      BatchGroup group, QueuedRequest leader, long nowNanos, Consumer<QueuedRequest> dropped) {
    if (runsAlone(group)) {
      List<Batch.Slice> one = List.of(takeRows(group, leader, leader.remainingRows()));
      return started(group.signature(), one, one.get(0).rows(), BatchSizes.ANY, nowNanos);
    }
    List<Batch.Slice> slices = new ArrayList<>(Math.min(group.requests(), sizes.cap()));
    int cap = sizes.cap();
    int space = cap;
    Batch.Slice first = takeRows(group, leader, Math.min(space, leader.remainingRows()));
    slices.add(first);
    space -= first.rows();
    for (int level = 0; level < Priority.LEVELS && space > 0; level++) {
      space = fill(group, level, space, slices, nowNanos, dropped);
    }
    return started(group.signature(), slices, cap - space, sizes, nowNanos);
  }

  private int fill(
      BatchGroup group,
      int level,
      int space,
      List<Batch.Slice> slices,
      long nowNanos,
      Consumer<QueuedRequest> dropped) {
    int left = space;
    while (left > 0) {
      QueuedRequest next = group.first(level);
      if (next == null) {
        return left;
      }
      if (isTooLate(next, group, nowNanos)) {
        remove(next);
        dropped.accept(next);
        continue;
      }
      int rows = next.remainingRows();
      if (rows > left && rows <= sizes.cap()) {
        return left;
      }
      Batch.Slice slice = takeRows(group, next, Math.min(left, rows));
      slices.add(slice);
      left -= slice.rows();
    }
    return left;
  }

  private Batch.Slice takeRows(BatchGroup group, QueuedRequest request, int rows) {
    Batch.Slice slice = request.take(rows);
    group.tookPart(rows);
    count(request, -rows);
    if (request.remainingRows() == 0) {
      remove(request);
    }
    return slice;
  }

  private Batch started(
      ServedSignature signature,
      List<Batch.Slice> slices,
      int rows,
      BatchSizes runSizes,
      long nowNanos) {
    int total = rows + runSizes.padding(rows);
    long expected = signature.serviceTime().expectedNanos(total);
    estimate.inFlight(expected);
    return new Batch(signature, slices, rows, runSizes, nowNanos, expected);
  }

  /** Expired, or likely to end too late while more waits than one run takes. */
  private boolean isTooLate(QueuedRequest request, BatchGroup group, long nowNanos) {
    long remaining = request.deadlineNanos() - nowNanos;
    if (remaining <= 0) {
      return true;
    }
    int most = runsAlone(group) ? request.rows() : sizes.cap();
    long run = request.signature().serviceTime().cautiousNanos(Math.min(most, group.rows()));
    return queuedRows > most && remaining < run;
  }

  // ---- bookkeeping

  private void remove(QueuedRequest request) {
    BatchGroup group = request.group;
    if (group == null) {
      throw new IllegalStateException(request + " is not queued");
    }
    count(request, -request.remainingRows());
    queuedRequests--;
    queuedBytes -= request.bytes();
    group.remove(request);
  }

  private void count(QueuedRequest request, int rows) {
    queuedRows += rows;
    request.signature().backlog().add(request.urgency(), request.timeoutClass, rows);
  }

  private boolean runsAlone(BatchGroup group) {
    return !batching || group.key().isAlone() || !group.signature().isBatchable();
  }

  private void release(long nowNanos) {
    BatchGroup next = schedule.nextWaiting();
    while (next != null && next.releaseNanos - nowNanos <= 0) {
      reschedule(next, nowNanos);
      next = schedule.nextWaiting();
    }
  }

  /** Puts a group that changed where it belongs. */
  private void reschedule(BatchGroup group, long nowNanos) {
    schedule.place(group, !group.isEmpty() && isDue(group, nowNanos));
    if (group.isEmpty() && groups.size() > IDLE_GROUPS) {
      groups.remove(group.key());
    }
  }

  private boolean isDue(BatchGroup group, long nowNanos) {
    if (delayNanos == 0 || runsAlone(group) || group.rows() >= sizes.cap()) {
      return true;
    }
    group.releaseNanos = releaseNanos(group);
    return group.releaseNanos - nowNanos <= 0;
  }

  private long releaseNanos(BatchGroup group) {
    QueuedRequest oldest = group.oldest();
    if (oldest == null) {
      throw new IllegalStateException("an empty group has no release time");
    }
    long release = oldest.arrivedNanos() + delayNanos;
    long run = group.signature().serviceTime().expectedNanos(group.rows());
    for (int level = 0; level < Priority.LEVELS; level++) {
      QueuedRequest first = group.first(level);
      if (first != null && first.deadlineNanos() - run - release < 0) {
        release = first.deadlineNanos() - run;
      }
    }
    return release;
  }
}
