package io.dunlin.node.runtime;

import io.dunlin.shared.inference.FailureCode;

/** A run failed; the code says whether the request or the model is to blame. */
public final class ModelRunException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureCode code;

  public ModelRunException(FailureCode code, String message) {
    super(message);
    this.code = code;
  }

  public FailureCode code() {
    return code;
  }
}
