package io.dunlin.gateway.pipeline;

import io.dunlin.shared.inference.Deadline;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Lets a request wait that cannot even be read yet, because its model is only about to come. */
@FunctionalInterface
public interface RouteWaits {
  /**
   * Waits until the routing table shows something.
   *
   * @param shown looked at now and after each change; cheap
   * @param deadline when to stop waiting at the latest
   * @param bytes what the request holds meanwhile
   * @param caller where the outcome is handed on; the wait ends when it leaves
   * @return whether it was shown; false at once when too many wait already
   */
  CompletionStage<Boolean> await(
      BooleanSupplier shown, Deadline deadline, long bytes, Caller caller);
}
