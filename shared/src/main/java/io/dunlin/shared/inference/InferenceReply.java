package io.dunlin.shared.inference;

/** The one answer to an attempt. */
public sealed interface InferenceReply {
  record Completed(InferenceResult result) implements InferenceReply {}

  record Failed(Failure failure) implements InferenceReply {
    public Failed(FailureCode code, String message) {
      this(new Failure(code, message));
    }
  }
}
