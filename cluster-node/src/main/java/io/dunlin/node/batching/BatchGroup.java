package io.dunlin.node.batching;

import io.dunlin.shared.inference.Priority;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one batch key: a heap per urgency, earliest deadline first, and a list in
 * order of arrival to know the oldest.
 */
final class BatchGroup {
  private static final class DeadlineHeap extends IndexedHeap<QueuedRequest> {
    @Override
    boolean before(QueuedRequest left, QueuedRequest right) {
      return left.isBefore(right);
    }

    @Override
    void moved(QueuedRequest item, int index) {
      item.heapIndex = index;
    }
  }

  private final BatchKey key;
  private final @Nullable DeadlineHeap[] levels = new @Nullable DeadlineHeap[Priority.LEVELS];
  private @Nullable QueuedRequest oldest;
  private @Nullable QueuedRequest newest;
  private int held;
  private int rows;
  private int requests;

  // Where the schedule keeps this group; the schedule's own.
  int ready;
  final int[] readyIndex = new int[Priority.LEVELS];
  int waitingIndex = IndexedHeap.ABSENT;
  long releaseNanos;

  BatchGroup(BatchKey key) {
    this.key = key;
    Arrays.fill(readyIndex, IndexedHeap.ABSENT);
  }

  BatchKey key() {
    return key;
  }

  ServedSignature signature() {
    return key.signature();
  }

  int rows() {
    return rows;
  }

  int requests() {
    return requests;
  }

  boolean isEmpty() {
    return requests == 0;
  }

  /** A bit for each level that has requests. */
  int held() {
    return held;
  }

  /** The most urgent of a level by deadline. */
  @Nullable QueuedRequest first(int level) {
    DeadlineHeap heap = levels[level];
    return heap == null ? null : heap.first();
  }

  /** The one that came first; undefined when empty. */
  @Nullable QueuedRequest oldest() {
    return oldest;
  }

  void add(QueuedRequest request) {
    DeadlineHeap heap = levels[request.urgency()];
    if (heap == null) {
      heap = new DeadlineHeap();
      levels[request.urgency()] = heap;
    }
    heap.add(request);
    held |= 1 << request.urgency();
    request.group = this;
    request.older = newest;
    if (newest == null) {
      oldest = request;
    } else {
      newest.newer = request;
    }
    newest = request;
    rows += request.remainingRows();
    requests++;
  }

  /** Counts rows of a request that stays with its other rows. */
  void tookPart(int count) {
    rows -= count;
  }

  void remove(QueuedRequest request) {
    DeadlineHeap heap = levels[request.urgency()];
    if (heap == null || request.group != this) {
      throw new IllegalStateException(request + " is not in this group");
    }
    heap.removeAt(request.heapIndex);
    if (heap.isEmpty()) {
      held &= ~(1 << request.urgency());
    }
    QueuedRequest before = request.older;
    QueuedRequest after = request.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    request.older = null;
    request.newer = null;
    request.group = null;
    rows -= request.remainingRows();
    requests--;
  }
}
