package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.pipeline.TrafficObserver.Again;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One admitted request until its single answer. The request is kept until then, so an attempt that
 * is refused, lost or late is followed by another on a replica not tried yet, within the version's
 * retry budget; the first answer wins, the other attempts are cancelled and their answers dropped.
 * When no replica is left, the flight waits for the routing table to change, unless its version is
 * not coming back. The deadline answers when nobody else has.
 *
 * <p>Usually there is one attempt: it takes no lock. What follows a first failure is guarded by
 * this.
 */
final class Flight implements TimerTask, WaitingRequests.Member {
  /** A request that so many nodes were lost with may be what they were lost for. */
  static final int MAX_LOSSES = 3;

  /** One replica that fails to run it may be at fault; when a second fails, the request is. */
  private static final int BROKEN_LOSSES = 2;

  /** Trying elsewhere for anything but a loss leaves this part of the budget for losses. */
  private static final double RESERVED_FOR_LOSSES = 0.5;

  private final InferenceRequest request;
  private final Origin origin;
  private final VersionTraffic traffic;
  private final ConcurrencyLimiter.Tenant tenant;
  private final InferencePipeline.Crew crew;
  private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile @Nullable Attempt newest;
  private volatile @Nullable Timeout timeout;

  private Set<ReplicaId> tried = Set.of(); // guarded by this
  private long patientUntil; // guarded by this
  private boolean hedging; // guarded by this; whether patientUntil is the time to hedge
  private @Nullable Failure waitingAfter; // guarded by this; not null while it waits

  Flight(
      InferenceRequest request,
      Origin origin,
      VersionTraffic traffic,
      ConcurrencyLimiter.Tenant tenant,
      InferencePipeline.Crew crew) {
    this.request = request;
    this.origin = origin;
    this.traffic = traffic;
    this.tenant = tenant;
    this.crew = crew;
    this.patientUntil = request.deadline().nanoTime();
  }

  CompletionStage<InferenceResult> result() {
    return result;
  }

  InferenceRequest request() {
    return request;
  }

  VersionTraffic traffic() {
    return traffic;
  }

  @Override
  public long inputBytes() {
    return request.inputBytes();
  }

  long now() {
    return crew.nanoClock().getAsLong();
  }

  /** Asks the first replica; the answer may be there when this returns. */
  void start(long now) {
    if (request.deadline().isExpired(now)) {
      onDeadline(now);
      return;
    }
    ReplicaRouter.Target target = crew.router().route(request.version(), Set.of(), now);
    if (target == null) {
      waitForReplica(FlightFailures.noReplica(request), now);
    } else {
      patientUntil = patience(target, now);
      startTimer(now);
      launch(target, now);
    }
    origin.caller().whenGone(() -> fail(FlightFailures.callerGone(), now()));
  }

  private void launch(ReplicaRouter.Target target, long now) {
    Attempt attempt = new Attempt(this, target, now, newest);
    newest = attempt;
    attempt.send();
    if (answered.get()) {
      attempt.cancel();
    }
  }

  /**
   * When to ask another replica although this one has not failed; the deadline where there is none.
   */
  private long patience(ReplicaRouter.Target target, long now) {
    long deadline = request.deadline().nanoTime();
    if (!traffic.isIdempotent() || !crew.router().hasSeveral(request.version())) {
      return deadline;
    }
    long hedge = traffic.hedgeNanos();
    hedging = hedge > 0;
    double average = target.load().averageNanos(now);
    long wait =
        hedging ? hedge : crew.settings().attemptNanos(traffic.p99Nanos(), average, inputBytes());
    return wait < deadline - now ? now + wait : deadline;
  }

  void succeeded(Attempt winner, InferenceResult value, long now) {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    Timings timings = value.timings();
    long roundTrip = now - winner.startNanos();
    traffic.limiter().answered(roundTrip, timings.queueNanos(), timings.computeNanos(), now);
    traffic.tookRoundTrip(roundTrip, now);
    end(winner, null, timings, now);
    origin.caller().execute(() -> result.complete(value));
  }

  /**
   * An attempt failed.
   *
   * @param sent whether it may have reached the replica
   */
  void failed(Attempt attempt, Failure failure, boolean sent, long now) {
    if (answered.get()) {
      return;
    }
    if (failure.code() == FailureCode.OVERLOADED) {
      traffic.limiter().replicaFull(now);
    }
    FailureKind kind = FailureKind.of(failure);
    boolean mayRepeat = traffic.isIdempotent() || !sent;
    boolean again =
        switch (kind) {
          case FINAL -> false;
          case REFUSED, FULL -> true;
          case LOST -> mayRepeat && losses.addAndGet(1) < MAX_LOSSES;
          case BROKEN -> mayRepeat && losses.addAndGet(BROKEN_LOSSES) < MAX_LOSSES;
        };
    if (!again) {
      fail(failure, now);
      return;
    }
    if (request.deadline().isExpired(now)) {
      onDeadline(now);
      return;
    }
    // On another thread: this one may be a connection's, or deep in the call that sent the attempt.
    origin.caller().execute(() -> tryElsewhere(attempt.target().replica(), kind, failure));
  }

  private synchronized void tryElsewhere(ReplicaId after, FailureKind kind, Failure failure) {
    if (answered.get()) {
      return;
    }
    long now = now();
    exclude(after);
    ReplicaRouter.Target next = crew.router().route(request.version(), tried, now);
    if (next == null) {
      onNoReplicaLeft(kind, failure, now);
      return;
    }
    double reserve = kind.isElsewhereUseful() ? 0 : RESERVED_FOR_LOSSES;
    if (kind == FailureKind.FULL && !mayFinish(next, now)) {
      next.health().probeGivenUp(now);
      failUnlessUnderWay(failure, now);
      return;
    } else if (!mayAsk(next, reserve, now)) {
      failUnlessUnderWay(failure, now);
      return;
    }
    traffic.observer().again(kind.again());
    launchPatiently(next, now);
    startTimer(now);
  }

  /** Takes an attempt out of the budget. */
  private boolean mayAsk(ReplicaRouter.Target next, double reserve, long now) {
    boolean may = traffic.budget().tryWithdraw(now, reserve);
    if (!may) {
      next.health().probeGivenUp(now);
      traffic.observer().budgetExhausted();
    }
    return may;
  }

  private void launchPatiently(ReplicaRouter.Target next, long now) {
    patientUntil = patience(next, now);
    launch(next, now);
  }

  private boolean mayFinish(ReplicaRouter.Target target, long now) {
    return target.load().cost(now, 0) < request.deadline().remainingNanos(now);
  }

  private void onNoReplicaLeft(FailureKind kind, Failure failure, long now) {
    if (!kind.isElsewhereUseful()) {
      failUnlessUnderWay(failure, now);
    } else if (!Attempt.anyUnderWay(newest)) {
      waitForReplica(failure, now);
    }
  }

  /** Waits for the routing table to change; answers with the failure when there is no room. */
  private synchronized void waitForReplica(Failure failure, long now) {
    if (!entersWait(failure, now)) {
      return;
    }
    waitingAfter = failure;
    long wait = crew.settings().maxWait().toNanos();
    long deadline = request.deadline().nanoTime();
    patientUntil = wait < deadline - now ? now + wait : deadline;
    startTimer(now);
    if (answered.get()) {
      crew.waiting().leave(this);
    } else if (crew.router().hasChoice(request.version(), tried)
        || crew.router().hopeless(request.version()) != null) {
      // It changed between the look and the wait.
      crew.waiting().leave(this);
      wake();
    }
  }

  /** Whether it waits; where there is no hope or no room it is answered instead. */
  private boolean entersWait(Failure failure, long now) {
    Failure hopeless = crew.router().hopeless(request.version());
    boolean enters =
        hopeless == null && !crew.settings().maxWait().isZero() && crew.waiting().tryEnter(this);
    if (!enters) {
      fail(hopeless == null ? failure : hopeless, now);
    }
    return enters;
  }

  /** The routing table or a connection changed: a replica that failed before may be back. */
  @Override
  public void wake() {
    origin.caller().execute(this::lookAgain);
  }

  private synchronized void lookAgain() {
    Failure before = waitingAfter;
    if (answered.get() || before == null) {
      return;
    }
    long now = now();
    tried = Set.of();
    // A replica that said it was leaving is ejected: asking it again only spends the budget.
    ReplicaRouter.Target next = crew.router().routeToHealthy(request.version(), now);
    if (next == null) {
      entersWait(before, now);
      return;
    }
    waitingAfter = null;
    if (newest != null) {
      // Not charged to the budget: as many as may wait, once for each replica that comes, is no
      // storm.
      traffic.observer().again(Again.WAITED);
    }
    launchPatiently(next, now);
    startTimer(now);
  }

  private void startTimer(long now) {
    if (answered.get()) {
      return;
    }
    Timeout pending = timeout;
    if (pending != null) {
      pending.cancel();
    }
    timeout = crew.timer().newTimeout(this, Math.max(1, patientUntil - now), TimeUnit.NANOSECONDS);
    if (answered.get()) {
      stopTimer();
    }
  }

  /** The timer's thread: only one for all, so it is left at once. */
  @Override
  public void run(Timeout fired) {
    origin.caller().execute(this::onTimer);
  }

  private void onTimer() {
    if (!answered.get()) {
      onPatienceOver(now());
    }
  }

  private synchronized void onPatienceOver(long now) {
    if (patientUntil - now > 0) {
      // a timer from before; the current one follows
      return;
    }
    if (waitingAfter != null) {
      // Not late but without a replica: worth asking again, so not the deadline's failure.
      fail(waitingAfter, now);
      return;
    }
    if (request.deadline().isExpired(now)) {
      onDeadline(now);
      return;
    }
    Attempt slow = newest;
    patientUntil = request.deadline().nanoTime();
    if (slow != null) {
      boolean hedge = hedging;
      if (!hedge) {
        slow.isLate(now);
      }
      exclude(slow.target().replica());
      askAnotherToo(hedge ? Again.HEDGE : Again.LATE, now);
    }
    startTimer(now);
  }

  private void askAnotherToo(Again reason, long now) {
    ReplicaRouter.Target next = crew.router().route(request.version(), tried, now);
    if (next != null && mayAsk(next, reason == Again.HEDGE ? RESERVED_FOR_LOSSES : 0, now)) {
      traffic.observer().again(reason);
      launchPatiently(next, now);
    }
  }

  private void onDeadline(long now) {
    fail(FlightFailures.deadlineExceeded(request), now);
  }

  private void failUnlessUnderWay(Failure failure, long now) {
    if (!Attempt.anyUnderWay(newest)) {
      fail(failure, now);
    }
  }

  private void fail(Failure failure, long now) {
    if (answered.compareAndSet(false, true)) {
      end(null, failure.code(), null, now);
      origin.caller().execute(() -> result.completeExceptionally(failure.toException()));
    }
  }

  /** Exactly once: gives everything back and lets go of what is still under way. */
  private void end(
      @Nullable Attempt winner, @Nullable FailureCode code, @Nullable Timings timings, long now) {
    stopTimer();
    traffic.limiter().leave(tenant);
    Attempt.cancelAllBut(winner, newest);
    if (code != null) {
      crew.waiting().leave(this);
    }
    traffic.observer().answered(origin.protocol(), code, now - origin.arrivalNanos(), timings);
  }

  private void stopTimer() {
    Timeout pending = timeout;
    if (pending != null) {
      pending.cancel();
    }
  }

  private void exclude(ReplicaId replica) {
    if (tried.isEmpty()) {
      tried = new HashSet<>();
    }
    tried.add(replica);
  }
}
