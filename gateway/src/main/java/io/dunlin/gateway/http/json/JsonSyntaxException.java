package io.dunlin.gateway.http.json;

/** The bytes are not a JSON document; the message says what is wrong at which offset. */
public final class JsonSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param offset bytes from the beginning of the document
   */
  JsonSyntaxException(String reason, int offset) {
    super(reason + " At offset: " + offset, null, false, false);
  }

  /** For a document of no bytes, or of white space only. */
  JsonSyntaxException() {
    super("The document is empty", null, false, false);
  }
}
