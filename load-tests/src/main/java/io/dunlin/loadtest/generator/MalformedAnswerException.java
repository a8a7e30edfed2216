package io.dunlin.loadtest.generator;

/** What came back is not an HTTP/1.1 answer this generator can read. */
public class MalformedAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedAnswerException(String message) {
    super(message);
  }
}
