package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request from admission to its single answer. Attempts follow one another: the next begins
 * when the one before has failed in a way another replica may not, so every replica is tried at
 * most once. The first answer wins; the deadline answers when nobody else has.
 */
final class Flight {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final InferenceRequest request;
  private final ReplicaRouter router;
  private final Caller caller;
  private final LongSupplier nanoClock;
  private final CompletableFuture<InferenceResult> result = new CompletableFuture<>();
  private final AtomicBoolean answered = new AtomicBoolean();
  private Set<ReplicaId> tried = Set.of();
  private volatile InferenceEndpoint.@Nullable Attempt attempt;
  private volatile @Nullable Timeout timeout;

  Flight(InferenceRequest request, ReplicaRouter router, Caller caller, LongSupplier nanoClock) {
    this.request = request;
    this.router = router;
    this.caller = caller;
    this.nanoClock = nanoClock;
  }

  CompletionStage<InferenceResult> result() {
    return result;
  }

  void startTimer(Timer timer) {
    long remaining = request.deadline().remainingNanos(nanoClock.getAsLong());
    timeout =
        timer.newTimeout(expired -> onDeadline(), Math.max(1, remaining), TimeUnit.NANOSECONDS);
  }

  void dispatch() {
    if (request.deadline().isExpired(nanoClock.getAsLong())) {
      onDeadline();
      return;
    }
    Optional<ReplicaRouter.Target> target = router.route(request.version(), tried);
    if (target.isEmpty()) {
      fail(noReplica());
      return;
    }
    send(target.get());
  }

  private void send(ReplicaRouter.Target target) {
    long start = nanoClock.getAsLong();
    target.load().started();
    attempt =
        target.endpoint().infer(target.replica(), request, reply -> onReply(target, start, reply));
  }

  private void onReply(ReplicaRouter.Target target, long start, InferenceReply reply) {
    switch (reply) {
      case InferenceReply.Completed completed -> {
        target.load().answered(nanoClock.getAsLong() - start);
        succeed(completed.result());
      }
      case InferenceReply.Failed failed -> {
        target.load().ended();
        onFailure(target.replica(), failed.failure());
      }
    }
  }

  private void onFailure(ReplicaId replica, Failure failure) {
    if (answered.get()) {
      return;
    }
    if (!anotherMayServe(failure.code())) {
      fail(failure);
      return;
    }
    if (tried.isEmpty()) {
      tried = new HashSet<>();
    }
    tried.add(replica);
    if (router.route(request.version(), tried).isEmpty()) {
      fail(failure);
      return;
    }
    caller.execute(this::dispatch);
  }

  private static boolean anotherMayServe(FailureCode code) {
    return switch (code) {
      case UNAVAILABLE, OVERLOADED, DRAINING, REPLICA_GONE, CONNECTION_LOST -> true;
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          ALREADY_EXISTS,
          STALE_REVISION,
          PAYLOAD_TOO_LARGE,
          RESOURCE_EXHAUSTED,
          CANCELLED,
          INTERNAL,
          UNIMPLEMENTED,
          DEADLINE_EXCEEDED ->
          false;
    };
  }

  private void onDeadline() {
    giveUp(
        new Failure(
            FailureCode.DEADLINE_EXCEEDED,
            "deadline exceeded before model '" + request.version() + "' answered"));
  }

  /** Nobody waits for the answer any more. */
  void abandon() {
    giveUp(new Failure(FailureCode.CANCELLED, "the caller is gone"));
  }

  private void giveUp(Failure failure) {
    if (!answered.get()) {
      fail(failure);
      InferenceEndpoint.Attempt current = attempt;
      if (current != null) {
        current.cancel();
      }
    }
  }

  private Failure noReplica() {
    return new Failure(
        FailureCode.UNAVAILABLE,
        "no READY replica of model '" + request.version() + "'",
        RETRY_AFTER);
  }

  private void succeed(InferenceResult value) {
    if (answered.compareAndSet(false, true)) {
      stopTimer();
      caller.execute(() -> result.complete(value));
    }
  }

  private void fail(Failure failure) {
    if (answered.compareAndSet(false, true)) {
      stopTimer();
      caller.execute(() -> result.completeExceptionally(failure.toException()));
    }
  }

  private void stopTimer() {
    Timeout pending = timeout;
    if (pending != null) {
      pending.cancel();
    }
  }
}
