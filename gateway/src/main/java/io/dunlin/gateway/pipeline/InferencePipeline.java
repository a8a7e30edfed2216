package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.netty.util.Timer;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Answers a request: route it to a READY replica, await the answer until its deadline, and hand it
 * to another replica when the first one cannot take it.
 */
public final class InferencePipeline implements InferenceService {
  private final ReplicaRouter router;
  private final Timer timer;
  private final LongSupplier nanoClock;

  /**
   * @param timer wakes requests whose deadline passes
   */
  public InferencePipeline(ReplicaRouter router, Timer timer, LongSupplier nanoClock) {
    this.router = router;
    this.timer = timer;
    this.nanoClock = nanoClock;
  }

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request, Caller caller) {
    Flight flight = new Flight(request, router, caller, nanoClock);
    caller.whenGone(flight::abandon);
    flight.startTimer(timer);
    flight.dispatch();
    return flight.result();
  }
}
