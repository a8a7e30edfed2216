package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.netty.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Answers a request: admit it, route it to a READY replica, await the answer until its deadline,
 * and hand it to another replica when the first one cannot take it or is lost.
 */
public final class InferencePipeline implements InferenceService {
  private final Crew crew;
  private final TrafficTable traffics;

  /**
   * What flights share.
   *
   * @param replies where callers go on with an answer, so that lanes and connections need not
   * @param timer wakes requests whose deadline passes
   */
  record Crew(
      ReplicaRouter router,
      FailoverSettings settings,
      WaitingFlights waiting,
      Executor replies,
      Timer timer,
      LongSupplier nanoClock) {}

  /**
   * @param traffics what is kept for each model version
   * @param replies where callers go on with an answer, so that lanes and connections need not
   * @param timer wakes requests whose deadline passes
   */
  public InferencePipeline(
      ReplicaRouter router,
      TrafficTable traffics,
      FailoverSettings settings,
      Executor replies,
      Timer timer,
      LongSupplier nanoClock) {
    this.traffics = traffics;
    this.crew =
        new Crew(
            router,
            settings,
            new WaitingFlights(settings.maxWaiting(), settings.maxWaitingBytes()),
            replies,
            timer,
            nanoClock);
  }

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request, Caller caller) {
    long now = crew.nanoClock().getAsLong();
    VersionTraffic traffic = traffics.of(request.version(), now);
    ConcurrencyLimiter.Tenant tenant =
        traffic.limiter().tryEnter(caller.tenant(), request.priority().urgency());
    if (tenant == null) {
      return CompletableFuture.failedFuture(refusal(request, caller, traffic).toException());
    }
    traffic.budget().requested(now);
    Flight flight = new Flight(request, caller, traffic, tenant, crew);
    flight.start(now);
    return flight.result();
  }

  private Failure refusal(InferenceRequest request, Caller caller, VersionTraffic traffic) {
    ConcurrencyLimiter limiter = traffic.limiter();
    boolean overShare = limiter.isOverShare(caller.tenant());
    FailureCode code = overShare ? FailureCode.RESOURCE_EXHAUSTED : FailureCode.OVERLOADED;
    traffic
        .observer()
        .refused(
            overShare ? TrafficObserver.Refusal.OVER_SHARE : TrafficObserver.Refusal.CLUSTER_FULL);
    long nanos = crew.nanoClock().getAsLong() - caller.arrivalNanos();
    traffic.observer().answered(caller.protocol(), code, nanos, null);
    String who = overShare ? "tenant '" + caller.tenant() + "' is over its share: " : "";
    return new Failure(
        code,
        who
            + "model '"
            + request.version()
            + "' has "
            + limiter.inFlight()
            + " requests under way (expected: within its concurrency limit of "
            + limiter.limit()
            + " for urgency "
            + request.priority().urgency()
            + ")",
        limiter.retryAfter());
  }

  /** The routing table or a connection changed: requests without a replica look again. */
  public void replicasChanged() {
    crew.waiting().wakeAll();
  }

  /** Requests that wait for a replica. */
  public int waiting() {
    return crew.waiting().size();
  }
}
