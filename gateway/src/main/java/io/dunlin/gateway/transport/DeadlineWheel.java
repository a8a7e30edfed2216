package io.dunlin.gateway.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of what is in flight: adding, removing and passing time cost the same however many
 * there are, and nothing is allocated.
 *
 * <p>A hashed timing wheel with one level (Varghese and Lauck, Hashed and Hierarchical Timing
 * Wheels, 1987, scheme 6): an entry lies in the list of its tick modulo the number of slots; a slot
 * that is passed is searched for entries whose time has come. Deadlines are met up to one tick
 * late, never early.
 */
final class DeadlineWheel<E extends DeadlineWheel.Entry> {
  private final long tickNanos;
  private final int mask;
  private final @Nullable Entry[] slots;
  private final List<E> due = new ArrayList<>();
  private long tick;
  private int size;

  /**
   * @param slotsLog2 logarithm of the number of slots
   */
  DeadlineWheel(long tickNanos, int slotsLog2, long nowNanos) {
    this.tickNanos = tickNanos;
    this.slots = new @Nullable Entry[1 << slotsLog2];
    this.mask = slots.length - 1;
    this.tick = Math.floorDiv(nowNanos, tickNanos);
  }

  int size() {
    return size;
  }

  /** Adds an entry that is in no wheel. */
  void add(E added, long deadlineNanos) {
    Entry entry = added;
    if (entry.slot >= 0) {
      throw new IllegalStateException("entry is in a wheel already");
    }
    // Rounded up: a slot is passed when all its deadlines may be over.
    long dueTick = Math.max(tick + 1, Math.floorDiv(deadlineNanos, tickNanos) + 1);
    int slot = (int) (dueTick & mask);
    Entry head = slots[slot];
    entry.deadlineNanos = deadlineNanos;
    entry.slot = slot;
    entry.previous = null;
    entry.next = head;
    if (head != null) {
      head.previous = entry;
    }
    slots[slot] = entry;
    size++;
  }

  /** Takes an entry out; nothing happens if it is in no wheel. */
  void remove(E entry) {
    unlink(entry);
  }

  /** Takes out and hands over every entry whose deadline is over at {@code nowNanos}. */
  @SuppressWarnings("unchecked") // only E is ever added
  void advance(long nowNanos, Consumer<E> expired) {
    long nowTick = Math.floorDiv(nowNanos, tickNanos);
    long last = Math.min(nowTick, tick + slots.length);
    for (long passed = tick + 1; passed <= last; passed++) {
      tick = passed;
      Entry entry = slots[(int) (passed & mask)];
      while (entry != null) {
        Entry next = entry.next;
        if (entry.deadlineNanos - nowNanos <= 0) {
          unlink(entry);
          due.add((E) entry);
        }
        entry = next;
      }
    }
    tick = Math.max(tick, nowTick);
    // Handed over last: the consumer may add and remove.
    for (int i = 0; i < due.size(); i++) {
      expired.accept(due.get(i));
    }
    due.clear();
  }

  private void unlink(Entry entry) {
    if (entry.slot < 0) {
      return;
    }
    Entry previous = entry.previous;
    Entry next = entry.next;
    if (previous == null) {
      slots[entry.slot] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    entry.previous = null;
    entry.next = null;
    entry.slot = -1;
    size--;
  }

  /** What lies in a wheel. */
  abstract static class Entry {
    private int slot = -1;
    private long deadlineNanos;
    private @Nullable Entry previous;
    private @Nullable Entry next;
  }
}
