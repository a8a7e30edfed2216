package io.dunlin.shared.tensor;

/** A tensor would exceed the bytes it is allowed. */
public final class TensorTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TensorTooLargeException(long needed, long max) {
    super("tensor bytes: " + needed + " (expected: <= " + max + ")", null, false, false);
  }
}
