package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import org.jspecify.annotations.Nullable;

/** Told what happens to requests, so that the pipeline needs no metric library. Thread-safe. */
public interface TrafficObserver {
  /** Nobody to tell. */
  TrafficObserver NONE = (version, limiter, budget) -> new VersionObserver() {};

  /** Requests for a version begin to come; the answer is told of them until it is {@code ended}. */
  VersionObserver began(ModelVersionId version, ConcurrencyLimiter limiter, RetryBudget budget);

  /** Why a request was not admitted. */
  enum Refusal {
    /** The model has as much under way as it can answer in time. */
    CLUSTER_FULL,
    /** The caller's tenant has its share already. */
    OVER_SHARE
  }

  /** Why a further attempt was made. */
  enum Again {
    /** A replica refused: draining, gone, full. */
    REFUSED,
    /** The connection was lost. */
    LOST,
    /** The run failed, which may be the replica's fault. */
    FAILED,
    /** Every replica had refused or was lost, and one came. */
    WAITED,
    /** No answer within the attempt's time. */
    LATE,
    /** Slower than most: the model asks for hedging. */
    HEDGE
  }

  /** Told of one model version. */
  interface VersionObserver {
    /**
     * A request was answered.
     *
     * @param code null when it succeeded
     * @param nanos since its head arrived
     * @param timings null when it failed
     */
    default void answered(
        Origin.Protocol protocol,
        @Nullable FailureCode code,
        long nanos,
        @Nullable Timings timings) {}

    default void refused(Refusal reason) {}

    default void again(Again reason) {}

    /** A further attempt was not made because the budget for them was used up. */
    default void budgetExhausted() {}

    /** A replica was ejected. */
    default void ejected() {}

    /** The version is served no more. */
    default void ended() {}
  }
}
