package io.dunlin.gateway.http.openinference;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What stages wrap around a failure. */
final class Failures {
  private Failures() {}

  /** The failure itself. */
  static Throwable unwrap(Throwable failure) {
    Throwable at = failure;
    while ((at instanceof CompletionException || at instanceof ExecutionException)
        && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }
}
