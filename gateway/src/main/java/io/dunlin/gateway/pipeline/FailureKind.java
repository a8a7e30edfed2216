package io.dunlin.gateway.pipeline;

import io.dunlin.shared.inference.Failure;

/** What the failure of one attempt means for its request. */
enum FailureKind {
  /** Another replica would say the same. */
  FINAL,
  /** The replica takes no work now; the request was not run. */
  REFUSED,
  /** The replica's queue is full or too long for the deadline; the request was not run. */
  FULL,
  /** Nobody knows whether the request was run. */
  LOST,
  /** It was run and that failed, for which the replica may be to blame, or the request. */
  BROKEN;

  /**
   * Whether another replica is more likely to answer; if not, it is tried with what is to spare.
   */
  boolean isElsewhereUseful() {
    return this == REFUSED || this == LOST;
  }

  /** How a further attempt because of it is counted. */
  TrafficObserver.Again again() {
    return switch (this) {
      case LOST -> TrafficObserver.Again.LOST;
      case BROKEN -> TrafficObserver.Again.FAILED;
      case REFUSED, FULL, FINAL -> TrafficObserver.Again.REFUSED;
    };
  }

  static FailureKind of(Failure failure) {
    return switch (failure.code()) {
      case DRAINING, REPLICA_GONE, UNAVAILABLE -> REFUSED;
      case OVERLOADED -> FULL;
      // With an hour to come back it was refused before it was queued; without, its time was over.
      case DEADLINE_EXCEEDED -> failure.retryAfter() != null ? FULL : FINAL;
      case CONNECTION_LOST -> LOST;
      case INTERNAL -> BROKEN;
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          ALREADY_EXISTS,
          STALE_REVISION,
          PAYLOAD_TOO_LARGE,
          RESOURCE_EXHAUSTED,
          CANCELLED,
          UNIMPLEMENTED ->
          FINAL;
    };
  }
}
