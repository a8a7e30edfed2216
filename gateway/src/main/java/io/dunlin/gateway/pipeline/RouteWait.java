package io.dunlin.gateway.pipeline;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for the routing table to show something.
 *
 * <pre>
 * waiting  shown                              -> over, true
 * waiting  its time is over, the caller left  -> over, false
 * waiting  changed, but no room to wait on    -> over, false
 * </pre>
 */
final class RouteWait implements WaitingRequests.Member, TimerTask {
  private final BooleanSupplier shown;
  private final long bytes;
  private final Caller caller;
  private final WaitingRequests waiting;
  private final CompletableFuture<Boolean> result = new CompletableFuture<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Timeout timeout;

  RouteWait(BooleanSupplier shown, long bytes, Caller caller, WaitingRequests waiting) {
    this.shown = shown;
    this.bytes = bytes;
    this.caller = caller;
    this.waiting = waiting;
  }

  /**
   * @param nanos how long to wait at most
   */
  CompletionStage<Boolean> start(Timer timer, long nanos) {
    boolean already = nanos > 0 && shown.getAsBoolean();
    if (already || nanos <= 0 || !waiting.tryEnter(this)) {
      end(already);
      return result;
    }
    timeout = timer.newTimeout(this, nanos, TimeUnit.NANOSECONDS);
    caller.whenGone(() -> end(false));
    // looked at after it entered, so that no change in between is missed
    if (shown.getAsBoolean()) {
      end(true);
    }
    return result;
  }

  @Override
  public long inputBytes() {
    return bytes;
  }

  @Override
  public void wake() {
    caller.execute(this::lookAgain);
  }

  private void lookAgain() {
    if (over.get()) {
      return;
    }
    if (shown.getAsBoolean()) {
      end(true);
    } else if (!waiting.tryEnter(this)) {
      end(false);
    } else if (over.get()) {
      waiting.leave(this);
    }
  }

  /** The timer's thread: only one for all, so it is left at once. */
  @Override
  public void run(Timeout fired) {
    caller.execute(() -> end(false));
  }

  private void end(boolean wasShown) {
    if (over.compareAndSet(false, true)) {
      waiting.leave(this);
      Timeout pending = timeout;
      if (pending != null) {
        pending.cancel();
      }
      caller.execute(() -> result.complete(wasShown));
    }
  }
}
