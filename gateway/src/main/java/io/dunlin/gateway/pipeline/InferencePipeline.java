package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.netty.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Answers a request: admit it, route it to a READY replica, await the answer until its deadline,
 * and hand it to another replica when the first one cannot take it or is lost.
 */
public final class InferencePipeline implements InferenceService, RouteWaits {
  private final Crew crew;
  private final TrafficTable traffics;

  /**
   * What flights share.
   *
   * @param timer wakes requests whose deadline passes
   */
  record Crew(
      ReplicaRouter router,
      FailoverSettings settings,
      WaitingRequests waiting,
      Timer timer,
      LongSupplier nanoClock) {}

  /**
   * @param traffics what is kept for each model version
   * @param timer wakes requests whose deadline passes
   */
  public InferencePipeline(
      ReplicaRouter router,
      TrafficTable traffics,
      FailoverSettings settings,
      Timer timer,
      LongSupplier nanoClock) {
    this.traffics = traffics;
    this.crew =
        new Crew(
            router,
            settings,
            new WaitingRequests(settings.maxWaiting(), settings.maxWaitingBytes()),
            timer,
            nanoClock);
  }

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request, Origin origin) {
    long now = crew.nanoClock().getAsLong();
    VersionTraffic traffic = traffics.of(request.version(), now);
    ConcurrencyLimiter.Tenant tenant =
        traffic.limiter().tryEnter(origin.tenant(), request.priority().urgency());
    if (tenant == null) {
      return CompletableFuture.failedFuture(refusal(request, origin, traffic).toException());
    }
    traffic.budget().requested(now);
    Flight flight = new Flight(request, origin, traffic, tenant, crew);
    flight.start(now);
    return flight.result();
  }

  private Failure refusal(InferenceRequest request, Origin origin, VersionTraffic traffic) {
    ConcurrencyLimiter limiter = traffic.limiter();
    boolean overShare = limiter.isOverShare(origin.tenant());
    FailureCode code = overShare ? FailureCode.RESOURCE_EXHAUSTED : FailureCode.OVERLOADED;
    traffic
        .observer()
        .refused(
            overShare ? TrafficObserver.Refusal.OVER_SHARE : TrafficObserver.Refusal.CLUSTER_FULL);
    long nanos = crew.nanoClock().getAsLong() - origin.arrivalNanos();
    traffic.observer().answered(origin.protocol(), code, nanos, null);
    String who = overShare ? "tenant '" + origin.tenant() + "' is over its share: " : "";
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

  @Override
  public CompletionStage<Boolean> await(
      BooleanSupplier shown, Deadline deadline, long bytes, Caller caller) {
    long left = deadline.remainingNanos(crew.nanoClock().getAsLong());
    return new RouteWait(shown, bytes, caller, crew.waiting())
        .start(crew.timer(), Math.min(left, crew.settings().maxWait().toNanos()));
  }

  /** The routing table or a connection changed: requests without a replica look again. */
  public void replicasChanged() {
    crew.waiting().wakeAll();
  }

  /** Requests that wait for a replica, or for their model. */
  public int waiting() {
    return crew.waiting().size();
  }
}
