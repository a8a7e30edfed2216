package io.dunlin.gateway.http;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import java.util.function.BooleanSupplier;

/**
 * A protocol could not answer a request now, but may be able to once the cluster has changed: its
 * model is coming, or what its name stands for has moved to another version. The server waits for
 * that and hands the same request in again. No stack trace: an expected outcome.
 */
public final class AskAgainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private final transient BooleanSupplier changed;
  private final transient Deadline deadline;

  /**
   * @param failure the answer when the wait is in vain
   * @param changed whether asking again would end otherwise; cheap
   * @param deadline of the request
   */
  public AskAgainException(Failure failure, BooleanSupplier changed, Deadline deadline) {
    super(failure.message(), null, false, false);
    this.failure = failure;
    this.changed = changed;
    this.deadline = deadline;
  }

  public Failure failure() {
    return failure;
  }

  public BooleanSupplier changed() {
    return changed;
  }

  public Deadline deadline() {
    return deadline;
  }
}
