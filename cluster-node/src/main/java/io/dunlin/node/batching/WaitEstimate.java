package io.dunlin.node.batching;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * How long a request would wait: the rows ahead of it times the measured time per row, plus what
 * runs now, divided by the lanes.
 *
 * <p>The time per row is that of full batches for signatures that batch (a long queue fills them),
 * and that of the runs as they came for the others. Runs under way count half: seen at a random
 * moment, half of a run is left. Without measurements every estimate is 0.
 */
final class WaitEstimate {
  /**
   * What is added to the wait before a request is taken in. At overload the queue grows until the
   * expected finish touches the deadlines, so without a margin every second error of the estimate
   * would cost a deadline that was thought safe.
   */
  private static final double MARGIN = 1.1;

  private static final Duration UNKNOWN_RETRY_AFTER = Duration.ofSeconds(1);
  private static final long MAX_RETRY_AFTER_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long MIN_RETRY_AFTER_NANOS = Duration.ofMillis(1).toNanos();

  private final List<ServedSignature> signatures;
  private boolean batching = true;
  private int cap = 1;
  private int lanes = 1;
  private long inFlightNanos;

  WaitEstimate(Collection<ServedSignature> signatures) {
    this.signatures = List.copyOf(signatures);
  }

  void configure(boolean batchingEnabled, int rowsPerRun, int laneCount) {
    this.batching = batchingEnabled;
    this.cap = rowsPerRun;
    this.lanes = Math.max(1, laneCount);
  }

  /** A run that is expected to take so long begins, or with a negative time ends. */
  void inFlight(long nanos) {
    inFlightNanos += nanos;
  }

  /** Until everything queued would have been taken. */
  long drainNanos() {
    double nanos = inFlightNanos / 2.0;
    for (int i = 0; i < signatures.size(); i++) {
      ServedSignature signature = signatures.get(i);
      int rows = signature.backlog().rows();
      nanos += rows == 0 ? 0 : rows * nanosPerRow(signature);
    }
    return (long) (nanos / lanes);
  }

  /**
   * Until this request would be answered, cautiously.
   *
   * @param enoughNanos a higher estimate that stays within it is good enough
   */
  long finishNanos(QueuedRequest request, int timeoutClass, long enoughNanos) {
    ServedSignature own = request.signature();
    int batchRows = Math.min(cap, request.rows() + own.backlog().rows());
    boolean shares = batching && !request.key().isAlone();
    long run = own.serviceTime().cautiousNanos(shares ? batchRows : request.rows());
    long atMost = (long) (MARGIN * drainNanos()) + run;
    if (atMost <= enoughNanos) {
      return atMost;
    }
    double nanos = inFlightNanos / 2.0;
    for (ServedSignature signature : signatures) {
      int ahead = signature.backlog().rowsAhead(request.urgency(), timeoutClass);
      nanos += ahead == 0 ? 0 : ahead * nanosPerRow(signature);
    }
    return (long) (MARGIN * nanos / lanes) + run;
  }

  /** When it may be worth trying again: once the queue has drained, within 1 ms and 60 s. */
  Duration retryAfter() {
    long nanos = drainNanos();
    return nanos == 0
        ? UNKNOWN_RETRY_AFTER
        : Duration.ofNanos(Math.clamp(nanos, MIN_RETRY_AFTER_NANOS, MAX_RETRY_AFTER_NANOS));
  }

  private double nanosPerRow(ServedSignature signature) {
    ServiceTimeEstimator serviceTime = signature.serviceTime();
    return batching && signature.isBatchable()
        ? serviceTime.nanosPerRow(cap)
        : serviceTime.nanosPerRowAsRun();
  }
}
