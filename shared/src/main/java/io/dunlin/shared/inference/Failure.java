package io.dunlin.shared.inference;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed.
 *
 * @param code catalogue entry
 * @param message for people: names field, value and what was expected
 * @param retryAfter when it may be worth trying again, if that is known
 */
public record Failure(FailureCode code, String message, @Nullable Duration retryAfter) {
  public Failure(FailureCode code, String message) {
    this(code, message, null);
  }

  public static Failure invalidArgument(String message) {
    return new Failure(FailureCode.INVALID_ARGUMENT, message);
  }

  public static Failure notFound(String message) {
    return new Failure(FailureCode.NOT_FOUND, message);
  }

  public InferenceException toException() {
    return new InferenceException(this);
  }
}
