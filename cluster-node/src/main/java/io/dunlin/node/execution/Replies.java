package io.dunlin.node.execution;

import io.dunlin.node.batching.QueuedRequest;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.protocol.InferenceEndpoint.ReplySink;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives answers: each request's first one goes out, later ones are dropped. Thread-safe. */
final class Replies {
  private final ExecutionObserver observer;
  private final LongSupplier nanoClock;

  Replies(ExecutionObserver observer, LongSupplier nanoClock) {
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /** True when this was the answer. */
  boolean complete(QueuedRequest request, InferenceResult result) {
    return request.claim() && send(request, new InferenceReply.Completed(result), null);
  }

  /** True when this was the answer. */
  boolean fail(QueuedRequest request, Failure failure) {
    return request.claim() && send(request, new InferenceReply.Failed(failure), failure);
  }

  /** Answers what never became a queued request. */
  void refuse(InferenceRequest request, ReplySink sink, Failure failure) {
    send(request, sink, new InferenceReply.Failed(failure));
    observer.answered(request, 0, failure);
  }

  private boolean send(QueuedRequest request, InferenceReply reply, @Nullable Failure failure) {
    send(request.request(), request.sink(), reply);
    long sinceArrival = nanoClock.getAsLong() - request.arrivedNanos();
    observer.answered(request.request(), sinceArrival, failure);
    return true;
  }

  // A sink is foreign code: what it throws is reported and must not end the lane.
  private void send(InferenceRequest request, ReplySink sink, InferenceReply reply) {
    try {
      sink.answered(reply);
    } catch (Throwable thrown) {
      observer.threw("reply sink of request " + request.requestId(), thrown);
    }
  }
}
