package io.dunlin.gateway.http.json;

/** A JSON value that is well formed but not of the kind, range or nesting wanted there. */
public final class JsonTypeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JsonTypeException(String message) {
    super(message, null, false, false);
  }
}
