package io.dunlin.gateway.pipeline;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A clock, timer and executor that go on only when told; everything runs in the test's thread. */
final class VirtualTime implements Executor, Timer, LongSupplier {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.atNanos)
              .thenComparingLong(event -> event.number));
  private long nowNanos;
  private long lastNumber;

  private final class Event implements Timeout {
    private final long atNanos;
    private final long number;
    private final Runnable action;
    private boolean cancelled;
    private boolean done;

    private Event(long atNanos, Runnable action) {
      this.atNanos = atNanos;
      this.number = ++lastNumber;
      this.action = action;
    }

    @Override
    public Timer timer() {
      return VirtualTime.this;
    }

    @Override
    public TimerTask task() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isExpired() {
      return done;
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean cancel() {
      cancelled = true;
      return events.remove(this);
    }
  }

  @Override
  public long getAsLong() {
    return nowNanos;
  }

  @Override
  public void execute(Runnable task) {
    events.add(new Event(nowNanos, task));
  }

  void after(long nanos, Runnable action) {
    events.add(new Event(nowNanos + nanos, action));
  }

  @Override
  public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
    Event[] self = new Event[1];
    self[0] =
        new Event(
            nowNanos + unit.toNanos(delay),
            () -> {
              try {
                task.run(self[0]);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    events.add(self[0]);
    return self[0];
  }

  @Override
  public Set<Timeout> stop() {
    return Set.of();
  }

  /** Whether anything is still to happen. */
  boolean isIdle() {
    return events.isEmpty();
  }

  /** Runs the next event; false when there is none until then. */
  boolean step(long untilNanos) {
    Event next = events.peek();
    if (next == null || next.atNanos > untilNanos) {
      return false;
    }
    events.remove();
    nowNanos = Math.max(nowNanos, next.atNanos);
    next.done = true;
    next.action.run();
    return true;
  }

  /** Lets this much time pass, running what falls into it. */
  void pass(long nanos) {
    long until = nowNanos + nanos;
    boolean more = true;
    while (more) {
      more = step(until);
    }
    nowNanos = until;
  }
}
