package io.dunlin.loadtest.generator;

/** A server sent more than was asked of it: bytes after an answer, or without a request. */
public final class UnaskedBytesException extends MalformedAnswerException {
  private static final long serialVersionUID = 1;

  UnaskedBytesException(String message) {
    super(message);
  }
}
