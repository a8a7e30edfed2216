package io.dunlin.gateway.http.json;

/** A JSON text grows beyond the bytes it is allowed. */
public final class JsonTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JsonTooLargeException(long needed, int max) {
    super("JSON text bytes: " + needed + " (expected: <= " + max + ")", null, false, false);
  }
}
