package io.dunlin.node.batching;

import io.dunlin.shared.inference.Priority;
import org.jspecify.annotations.Nullable;

/**
 * Which group leads the next batch, and when the next one becomes due.
 *
 * <p>Groups that are due stand in one heap for each urgency they hold, ordered by their first
 * request of that urgency; the others stand in one heap ordered by release time. Changing a group
 * costs O(log g) for g groups, once for each urgency it holds.
 *
 * <p>The most urgent level leads. So that none starves, a level that was passed over by {@value
 * #STARVATION_LIMIT} batches leads the next one.
 */
final class GroupSchedule {
  /** Batches that may pass over a level before it leads one. */
  static final int STARVATION_LIMIT = 16;

  static final int NONE = -1;

  private final ReadyHeap[] ready = new ReadyHeap[Priority.LEVELS];
  private final WaitingHeap waiting = new WaitingHeap();
  private final int[] passedOver = new int[Priority.LEVELS];

  // A bit for each level.
  private int readyLevels;
  private int starvedLevels;

  GroupSchedule() {
    for (int level = 0; level < ready.length; level++) {
      ready[level] = new ReadyHeap(level);
    }
  }

  /** Puts a group that changed among those due, or among those that wait; an empty one nowhere. */
  void place(BatchGroup group, boolean due) {
    int wanted = due ? group.held() : 0;
    for (int left = wanted | group.ready; left != 0; left &= left - 1) {
      int level = Integer.numberOfTrailingZeros(left);
      int bit = 1 << level;
      ReadyHeap heap = ready[level];
      heap.place(group, group.readyIndex[level], (wanted & bit) != 0);
      readyLevels = heap.isEmpty() ? readyLevels & ~bit : readyLevels | bit;
    }
    group.ready = wanted;
    waiting.place(group, group.waitingIndex, !due && !group.isEmpty());
  }

  /** Whether any group is due. */
  boolean isAnyDue() {
    return readyLevels != 0;
  }

  /** The level whose turn it is to lead, or {@link #NONE} when no group is due. */
  int leadingLevel() {
    int starved = starvedLevels & readyLevels;
    if (starved != 0) {
      return 31 - Integer.numberOfLeadingZeros(starved);
    }
    return readyLevels == 0 ? NONE : Integer.numberOfTrailingZeros(readyLevels);
  }

  /** Notes that a batch is led by this level. */
  void led(int leading) {
    passedOver[leading] = 0;
    starvedLevels &= ~(1 << leading);
    for (int level = leading + 1; level < Priority.LEVELS; level++) {
      int bit = 1 << level;
      passedOver[level] = (readyLevels & bit) == 0 ? 0 : passedOver[level] + 1;
      starvedLevels =
          passedOver[level] < STARVATION_LIMIT ? starvedLevels & ~bit : starvedLevels | bit;
    }
  }

  /** The due request with the earliest deadline of a level. */
  @Nullable QueuedRequest firstDue(int level) {
    BatchGroup group = ready[level].first();
    return group == null ? null : group.first(level);
  }

  /** The group that becomes due next of those that are not. */
  @Nullable BatchGroup nextWaiting() {
    return waiting.first();
  }

  /** Groups with something due at one level, by their first request of it. */
  private static final class ReadyHeap extends IndexedHeap<BatchGroup> {
    private final int level;

    ReadyHeap(int level) {
      this.level = level;
    }

    @Override
    boolean before(BatchGroup left, BatchGroup right) {
      QueuedRequest leftFirst = left.first(level);
      QueuedRequest rightFirst = right.first(level);
      return leftFirst != null && (rightFirst == null || leftFirst.isBefore(rightFirst));
    }

    @Override
    void moved(BatchGroup item, int index) {
      item.readyIndex[level] = index;
    }
  }

  /** Groups that wait for company, by the time they are released. */
  private static final class WaitingHeap extends IndexedHeap<BatchGroup> {
    @Override
    boolean before(BatchGroup left, BatchGroup right) {
      return left.releaseNanos - right.releaseNanos < 0;
    }

    @Override
    void moved(BatchGroup item, int index) {
      item.waitingIndex = index;
    }
  }
}
