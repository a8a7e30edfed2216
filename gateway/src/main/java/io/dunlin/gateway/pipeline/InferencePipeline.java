package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.netty.util.Timer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Answers a request: route it to a READY replica, await the answer until its deadline, and hand it
 * to another replica when the first one cannot take it.
 */
public final class InferencePipeline implements InferenceService {
  private final ReplicaRouter router;
  private final Executor replies;
  private final Timer timer;
  private final LongSupplier nanoClock;

  /**
   * @param replies where callers go on with an answer, so that lanes and connections need not
   * @param timer wakes requests whose deadline passes
   */
  public InferencePipeline(
      ReplicaRouter router, Executor replies, Timer timer, LongSupplier nanoClock) {
    this.router = router;
    this.replies = replies;
    this.timer = timer;
    this.nanoClock = nanoClock;
  }

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request) {
    Flight flight = new Flight(request, router, replies, nanoClock);
    flight.startTimer(timer);
    flight.dispatch();
    return flight.result();
  }
}
