package io.dunlin.node.batching;

import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@link BatchQueue} written down plainly: one list, searched from end to end. Knows
 * nothing of run times, as a queue that was told of none.
 */
final class ReferenceQueue {
  /** A request as the rules see it. */
  static final class Entry {
    final QueuedRequest request;
    final long deadline;
    final int urgency;
    final long arrived;
    int left;

    Entry(QueuedRequest request) {
      this.request = request;
      this.deadline = request.deadlineNanos();
      this.urgency = request.urgency();
      this.arrived = request.arrivedNanos();
      this.left = request.rows();
    }
  }

  private static final Comparator<Entry> BY_DEADLINE = Comparator.comparingLong(e -> e.deadline);

  /** In order of arrival, so that a stable minimum is first come first served. */
  final List<Entry> entries = new ArrayList<>();

  private final int[] passedOver = new int[Priority.LEVELS];
  private ModelSpec spec;

  ReferenceQueue(ModelSpec spec) {
    this.spec = spec;
  }

  void reconfigure(ModelSpec other) {
    spec = other;
  }

  boolean hasRoomFor(QueuedRequest request) {
    return rows() + request.rows() <= spec.queue().maxRows()
        && bytes() + request.bytes() <= spec.queue().maxBytes();
  }

  int rows() {
    return entries.stream().mapToInt(e -> e.left).sum();
  }

  long bytes() {
    return entries.stream().mapToLong(e -> e.request.bytes()).sum();
  }

  void offer(QueuedRequest request) {
    entries.add(new Entry(request));
  }

  boolean cancel(QueuedRequest request) {
    return entries.removeIf(e -> e.request == request);
  }

  /** What {@code poll} should take, as {@code id:from+rows}; empty when nothing is due. */
  List<String> poll(long now, Collection<QueuedRequest> dropped) {
    while (true) {
      Set<BatchKey> due =
          entries.stream()
              .map(e -> e.request.key())
              .distinct()
              .filter(key -> isDue(key, now))
              .collect(Collectors.toCollection(LinkedHashSet::new));
      int level = leadingLevel(due);
      if (level < 0) {
        return List.of();
      }
      Entry leader = first(due, level).orElseThrow();
      if (leader.deadline <= now) {
        drop(leader, dropped);
        continue;
      }
      passedOver[level] = 0;
      for (int l = level + 1; l < Priority.LEVELS; l++) {
        passedOver[l] = first(due, l).isEmpty() ? 0 : passedOver[l] + 1;
      }
      return take(leader, now, dropped);
    }
  }

  private int leadingLevel(Set<BatchKey> due) {
    for (int level = Priority.LEVELS - 1; level > 0; level--) {
      if (passedOver[level] >= 16 && first(due, level).isPresent()) {
        return level;
      }
    }
    for (int level = 0; level < Priority.LEVELS; level++) {
      if (first(due, level).isPresent()) {
        return level;
      }
    }
    return -1;
  }

  private Optional<Entry> first(Set<BatchKey> keys, int level) {
    return entries.stream()
        .filter(e -> e.urgency == level && keys.contains(e.request.key()))
        .min(BY_DEADLINE);
  }

  private boolean isDue(BatchKey key, long now) {
    if (runsAlone(key)) {
      return true;
    }
    long delay = spec.batching().maxQueueDelay().toNanos();
    return of(key).mapToInt(e -> e.left).sum() >= cap()
        || of(key).findFirst().orElseThrow().arrived + delay <= now
        || of(key).anyMatch(e -> e.deadline <= now)
        || delay == 0;
  }

  private Stream<Entry> of(BatchKey key) {
    return entries.stream().filter(e -> e.request.key().equals(key));
  }

  private boolean runsAlone(BatchKey key) {
    return !spec.batching().enabled() || key.isAlone() || !key.signature().isBatchable();
  }

  int cap() {
    int max = spec.batching().maxBatchSize();
    return spec.batching().allowedBatchSizes().stream()
        .filter(size -> size <= max)
        .max(Comparator.naturalOrder())
        .orElse(max);
  }

  private List<String> take(Entry leader, long now, Collection<QueuedRequest> dropped) {
    List<String> taken = new ArrayList<>();
    BatchKey key = leader.request.key();
    if (runsAlone(key)) {
      takeRows(leader, leader.left, taken);
      return taken;
    }
    int space = cap();
    int leaders = Math.min(space, leader.left);
    takeRows(leader, leaders, taken);
    space -= leaders;
    for (int level = 0; level < Priority.LEVELS && space > 0; level++) {
      while (space > 0) {
        Entry next = first(Set.of(key), level).orElse(null);
        if (next == null || stays(next, space, now)) {
          break;
        }
        if (next.deadline <= now) {
          drop(next, dropped);
        } else {
          int rows = Math.min(space, next.left);
          takeRows(next, rows, taken);
          space -= rows;
        }
      }
    }
    return taken;
  }

  private boolean stays(@Nullable Entry next, int space, long now) {
    return next != null && next.deadline > now && next.left > space && next.left <= cap();
  }

  private void takeRows(Entry entry, int rows, List<String> taken) {
    int from = entry.request.rows() - entry.left;
    taken.add(entry.request.request().requestId() + ":" + from + "+" + rows);
    entry.left -= rows;
    if (entry.left == 0) {
      entries.remove(entry);
    }
  }

  private void drop(Entry entry, Collection<QueuedRequest> dropped) {
    entries.remove(entry);
    dropped.add(entry.request);
  }
}
