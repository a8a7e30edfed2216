package io.dunlin.loadtest.generator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Counts what ends inside a window of time. Instants are nanoseconds on one clock, any origin.
 *
 * <p>A closed loop counts the requests that end in the window. An open loop counts those that were
 * due in it, however late they ended: otherwise the slow ones would drop out at the end.
 */
final class LoadRecorder {
  private static final long MAX_NANOS = Duration.ofHours(1).toNanos();
  private static final int MAX_OBJECTIONS = 5;

  private final boolean openLoop;
  private final long fromNanos;
  private final long untilNanos;
  private final long[] counts = new long[Outcome.values().length];
  private final Histogram okLatency = new Histogram(1_000, MAX_NANOS, 3);
  private final Histogram otherLatency = new Histogram(1_000, MAX_NANOS, 3);
  private final List<String> objections = new ArrayList<>();
  private long everything;
  private long bodiesChecked;

  LoadRecorder(boolean openLoop, long fromNanos, long untilNanos) {
    this.openLoop = openLoop;
    this.fromNanos = fromNanos;
    this.untilNanos = untilNanos;
  }

  /**
   * @param dueNanos when the request was due: by the schedule in an open loop, when it was sent in
   *     a closed one
   */
  void ended(Outcome outcome, long dueNanos, long endNanos) {
    everything++;
    long deciding = openLoop ? dueNanos : endNanos;
    if (deciding - fromNanos < 0 || deciding - untilNanos >= 0) {
      return;
    }
    count(outcome, dueNanos, endNanos);
  }

  /** A request given up when the run is over: it counts whenever it was due. */
  void unanswered(long dueNanos, long giveUpNanos) {
    count(Outcome.UNANSWERED, dueNanos, giveUpNanos);
  }

  private void count(Outcome outcome, long dueNanos, long endNanos) {
    counts[outcome.ordinal()]++;
    long latency = Math.clamp(endNanos - dueNanos, 0, MAX_NANOS);
    (outcome == Outcome.OK ? okLatency : otherLatency).recordValue(latency);
  }

  void bodyChecked() {
    bodiesChecked++;
  }

  /** Whether {@link #objection} would still keep a text, so that none is made in vain. */
  boolean wantsObjections() {
    return objections.size() < MAX_OBJECTIONS;
  }

  void objection(String text) {
    if (wantsObjections()) {
      objections.add(text.length() > 300 ? text.substring(0, 300) + "…" : text);
    }
  }

  LoadResult result() {
    Map<Outcome, Long> byOutcome = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      byOutcome.put(outcome, counts[outcome.ordinal()]);
    }
    return new LoadResult(
        Duration.ofNanos(untilNanos - fromNanos),
        byOutcome,
        okLatency,
        otherLatency,
        everything,
        bodiesChecked,
        List.copyOf(objections));
  }
}
