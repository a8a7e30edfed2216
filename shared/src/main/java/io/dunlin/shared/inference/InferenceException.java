package io.dunlin.shared.inference;

/**
 * A {@link Failure} on its way up a call stack; an expected outcome, so without a stack trace of
 * its own.
 */
public final class InferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public InferenceException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public InferenceException(FailureCode code, String message) {
    this(new Failure(code, message));
  }

  public Failure failure() {
    return failure;
  }
}
