package io.dunlin.node.execution;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which lanes sleep, and which one to wake.
 *
 * <p>At most one lane is on its way at a time: once awake it takes what is due and then wakes the
 * next if more is due, so a burst of requests costs one wake-up, not one each. At most one lane,
 * the timekeeper, sleeps with a time limit; it is preferred when a lane is to wake. Pure; the owner
 * locks.
 *
 * @param <L> a lane
 */
final class SleepingLanes<L> {
  private final List<L> asleep = new ArrayList<>();
  private @Nullable L onItsWay;
  private @Nullable L timekeeper;
  private long wakeAtNanos;

  /** The lane goes to sleep until it is woken. */
  void sleeps(L lane) {
    asleep.add(lane);
  }

  /**
   * The lane goes to sleep because something is due at this time.
   *
   * @return whether it is the one to watch the time; otherwise another lane does
   */
  boolean sleepsUntil(L lane, long untilNanos) {
    asleep.add(lane);
    if (timekeeper != null && wakeAtNanos - untilNanos <= 0) {
      return false;
    }
    timekeeper = lane;
    wakeAtNanos = untilNanos;
    return true;
  }

  /** The lane is awake, for whatever reason. */
  void awake(L lane) {
    asleep.remove(lane);
    if (onItsWay == lane) {
      onItsWay = null;
    }
    if (timekeeper == lane) {
      timekeeper = null;
    }
  }

  /** The lane to wake because something is due now; null when none sleeps or one is on its way. */
  @Nullable L toWakeNow() {
    if (onItsWay != null || asleep.isEmpty()) {
      return null;
    }
    L lane = timekeeper != null ? timekeeper : asleep.get(asleep.size() - 1);
    asleep.remove(lane);
    onItsWay = lane;
    return lane;
  }

  /** The lane to wake so that one watches this time; null when that is so, or will be. */
  @Nullable L toWakeFor(long dueNanos) {
    return timekeeper != null && wakeAtNanos - dueNanos <= 0 ? null : toWakeNow();
  }

  List<L> asleep() {
    return List.copyOf(asleep);
  }
}
