package io.dunlin.node.batching;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary min-heap whose elements know their index, so that any of them can be removed or moved in
 * O(log n). Source: Williams, "Algorithm 232: Heapsort", CACM 7(6), 1964.
 */
abstract class IndexedHeap<E> {
  /** The index an element is told when it leaves. */
  static final int ABSENT = -1;

  private @Nullable Object[] items = new @Nullable Object[8];
  private int size;

  /** The strict total order; the first element is before all others. */
  abstract boolean before(E left, E right);

  /** Tells an element where it is now. */
  abstract void moved(E item, int index);

  final int size() {
    return size;
  }

  final boolean isEmpty() {
    return size == 0;
  }

  final @Nullable E first() {
    return size == 0 ? null : at(0);
  }

  final void add(E item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    siftUp(size++, item);
  }

  final void removeAt(int index) {
    E removed = at(index);
    E last = at(--size);
    items[size] = null;
    if (index < size) {
      set(index, last);
      reorder(index);
    }
    moved(removed, ABSENT);
  }

  /** Restores the order after the element at this index has changed. */
  final void reorder(int index) {
    E item = at(index);
    if (index > 0 && before(item, at((index - 1) >>> 1))) {
      siftUp(index, item);
    } else {
      siftDown(index, item);
    }
  }

  /** Adds, reorders or removes an element that is at this index, or {@link #ABSENT}. */
  final void place(E item, int index, boolean wanted) {
    if (index == ABSENT) {
      if (wanted) {
        add(item);
      }
    } else if (wanted) {
      reorder(index);
    } else {
      removeAt(index);
    }
  }

  private void siftUp(int start, E item) {
    int index = start;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      E above = at(parent);
      if (!before(item, above)) {
        break;
      }
      set(index, above);
      index = parent;
    }
    set(index, item);
  }

  private void siftDown(int start, E item) {
    int index = start;
    int half = size >>> 1;
    while (index < half) {
      int child = 2 * index + 1;
      if (child + 1 < size && before(at(child + 1), at(child))) {
        child++;
      }
      E below = at(child);
      if (!before(below, item)) {
        break;
      }
      set(index, below);
      index = child;
    }
    set(index, item);
  }

  private void set(int index, E item) {
    items[index] = item;
    moved(item, index);
  }

  // The array holds only what add() was given, and nulls only at and beyond size.
  @SuppressWarnings({"unchecked", "NullAway"})
  private E at(int index) {
    return (E) items[index];
  }
}
