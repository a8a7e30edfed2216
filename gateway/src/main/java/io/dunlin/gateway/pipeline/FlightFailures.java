package io.dunlin.gateway.pipeline;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import java.time.Duration;

/** What a flight says when no replica did; cold code with one text for each reason. */
final class FlightFailures {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private FlightFailures() {}

  static Failure deadlineExceeded(InferenceRequest request) {
    return new Failure(
        FailureCode.DEADLINE_EXCEEDED,
        "deadline exceeded before model '" + request.version() + "' answered");
  }

  static Failure callerGone() {
    return new Failure(FailureCode.CANCELLED, "the caller closed the connection");
  }

  static Failure noReplica(InferenceRequest request) {
    return new Failure(
        FailureCode.UNAVAILABLE,
        "no READY replica of model '" + request.version() + "'",
        RETRY_AFTER);
  }
}
