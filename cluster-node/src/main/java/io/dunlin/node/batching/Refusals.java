package io.dunlin.node.batching;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the queue says to requests it does not run; cold code with one text for each reason. */
public final class Refusals {
  private Refusals() {}

  /** The deadline has passed, or passed in the queue. */
  public static Failure expired(QueuedRequest request, long nowNanos) {
    return new Failure(
        FailureCode.DEADLINE_EXCEEDED,
        "deadline: passed "
            + millis(nowNanos - request.deadlineNanos())
            + " ms ago, after "
            + millis(nowNanos - request.arrivedNanos())
            + " ms at the replica (expected: a deadline in the future); the request was not run");
  }

  /** The request was dropped by the queue: expired, or sure to be late. */
  public static Failure dropped(QueuedRequest request, long nowNanos) {
    return request.isExpired(nowNanos)
        ? expired(request, nowNanos)
        : new Failure(
            FailureCode.DEADLINE_EXCEEDED,
            "deadline: "
                + millis(request.deadlineNanos() - nowNanos)
                + " ms left when its turn came (expected: at least the time of a run);"
                + " the request was not run");
  }

  static Failure hopeless(long finishNanos, long remainingNanos, Duration retryAfter) {
    return new Failure(
        FailureCode.DEADLINE_EXCEEDED,
        "deadline: "
            + millis(remainingNanos)
            + " ms left (expected: at least "
            + millis(finishNanos)
            + " ms, the time its turn in the queue and its run should take);"
            + " the request was not queued",
        retryAfter);
  }

  static Failure full(int rows, long bytes, ModelSpec.Queue bounds, Duration retryAfter) {
    return new Failure(
        FailureCode.OVERLOADED,
        "queue: "
            + rows
            + " of "
            + bounds.maxRows()
            + " rows, "
            + bytes
            + " of "
            + bounds.maxBytes()
            + " bytes (expected: room for the request)",
        retryAfter);
  }

  static Failure neverFits(QueuedRequest request, ModelSpec.Queue bounds) {
    return request.rows() > bounds.maxRows()
        ? new Failure(
            FailureCode.PAYLOAD_TOO_LARGE,
            "rows: " + request.rows() + " (expected: <= queue.maxRows " + bounds.maxRows() + ")")
        : new Failure(
            FailureCode.PAYLOAD_TOO_LARGE,
            "input bytes: "
                + request.bytes()
                + " (expected: <= queue.maxBytes "
                + bounds.maxBytes()
                + ")");
  }

  private static String millis(long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    return BigDecimal.valueOf(micros, 3).toPlainString();
  }
}
