package io.dunlin.node.runtime;

/** An artifact cannot be loaded; the message names the file, tensor or dtype at fault. */
public final class ModelLoadException extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
