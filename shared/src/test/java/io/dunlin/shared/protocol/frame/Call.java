package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceReply.Completed;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A caller of an endpoint that waits for its answer and counts how many it gets. */
public final class Call implements InferenceEndpoint.ReplySink {
  private final AtomicInteger answers = new AtomicInteger();
  private final CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
  private InferenceEndpoint.Attempt attempt = () -> {};

  /** Makes the call. */
  public Call infer(InferenceEndpoint endpoint, ReplicaId replica, InferenceRequest request) {
    attempt = endpoint.infer(replica, request, this);
    return this;
  }

  @Override
  public void answered(InferenceReply answer) {
    answers.incrementAndGet();
    reply.complete(answer);
  }

  public void cancel() {
    attempt.cancel();
  }

  public boolean isAnswered() {
    return reply.isDone();
  }

  public int answers() {
    return answers.get();
  }

  /** The answer, within twenty seconds. */
  public InferenceReply await() throws InterruptedException {
    try {
      return reply.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer within 20 s", e);
    }
  }

  public Failure awaitFailure() throws InterruptedException {
    InferenceReply answer = await();
    if (answer instanceof InferenceReply.Failed failed) {
      return failed.failure();
    }
    throw new AssertionError("answered: " + answer + " (expected: a failure)");
  }

  public InferenceResult awaitResult() throws InterruptedException {
    InferenceReply answer = await();
    if (answer instanceof Completed completed) {
      return completed.result();
    }
    throw new AssertionError("answered: " + answer + " (expected: a result)");
  }
}
