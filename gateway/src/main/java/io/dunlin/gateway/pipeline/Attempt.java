package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One replica asked once for one flight: books what comes of it with the replica, then tells the
 * flight.
 */
final class Attempt implements InferenceEndpoint.ReplySink {
  /** How long a full queue is left alone when the replica does not say. */
  private static final Duration FULL_FOR = Duration.ofMillis(10);

  /** A full queue is asked again after that at the latest: others may have left it. */
  private static final Duration FULL_FOR_AT_MOST = Duration.ofSeconds(1);

  private final Flight flight;
  private final ReplicaRouter.Target target;
  private final long startNanos;
  private final @Nullable Attempt previous;
  private @Nullable Thread sender;
  private volatile InferenceEndpoint.@Nullable Attempt handle;
  private volatile boolean ended;
  private boolean late; // guarded by the flight

  /**
   * @param previous the flight's attempt before this one
   */
  Attempt(Flight flight, ReplicaRouter.Target target, long startNanos, @Nullable Attempt previous) {
    this.flight = flight;
    this.target = target;
    this.startNanos = startNanos;
    this.previous = previous;
  }

  ReplicaRouter.Target target() {
    return target;
  }

  /** Whether one of a flight's attempts may still answer. */
  static boolean anyUnderWay(@Nullable Attempt newest) {
    for (Attempt attempt = newest; attempt != null; attempt = attempt.previous) {
      if (!attempt.ended) {
        return true;
      }
    }
    return false;
  }

  static void cancelAllBut(@Nullable Attempt winner, @Nullable Attempt newest) {
    for (Attempt attempt = newest; attempt != null; attempt = attempt.previous) {
      if (attempt != winner) {
        attempt.cancel();
      }
    }
  }

  long startNanos() {
    return startNanos;
  }

  void send() {
    target.load().started();
    sender = Thread.currentThread();
    handle = target.endpoint().infer(target.replica(), flight.request(), this);
    sender = null;
  }

  /** Whether it may have reached the replica: not if the endpoint refuses within our own call. */
  private boolean mayHaveBeenSent() {
    // No need to be volatile: what equals the current thread was written by it.
    return sender != Thread.currentThread();
  }

  @Override
  public void answered(InferenceReply reply) {
    boolean sent = mayHaveBeenSent();
    ended = true;
    long now = flight.now();
    switch (reply) {
      case InferenceReply.Completed completed -> {
        target.load().answered(now - startNanos, now);
        target.health().succeeded();
        flight.succeeded(this, completed.result(), now);
      }
      case InferenceReply.Failed failed -> {
        book(failed.failure(), now);
        flight.failed(this, failed.failure(), sent, now);
      }
    }
  }

  /** What a failure says of the replica. */
  private void book(Failure failure, long now) {
    switch (FailureKind.of(failure)) {
      case FULL -> {
        target.load().refused(waitNanos(failure), now);
        target.health().succeeded();
      }
      case REFUSED -> {
        target.load().ended();
        noteEjection(target.health().leaving(now));
      }
      case LOST, BROKEN -> {
        target.load().ended();
        noteEjection(target.health().failed(now));
      }
      case FINAL -> {
        target.load().ended();
        bookFinal(failure.code(), now);
      }
    }
  }

  private void bookFinal(FailureCode code, long now) {
    if (code == FailureCode.CANCELLED || code == FailureCode.DEADLINE_EXCEEDED) {
      target.health().probeGivenUp(now);
    } else {
      target.health().succeeded();
    }
  }

  private static long waitNanos(Failure failure) {
    Duration told = failure.retryAfter();
    Duration wait = told == null ? FULL_FOR : told;
    return (wait.compareTo(FULL_FOR_AT_MOST) > 0 ? FULL_FOR_AT_MOST : wait).toNanos();
  }

  private void noteEjection(boolean ejected) {
    if (ejected) {
      flight.traffic().observer().ejected();
    }
  }

  /** Not answered within its time: counts against the replica, once, but may still answer. */
  void isLate(long now) {
    if (!late && !ended) {
      late = true;
      noteEjection(target.health().failed(now));
    }
  }

  void cancel() {
    InferenceEndpoint.Attempt current = handle;
    if (current != null && !ended) {
      current.cancel();
    }
  }
}
