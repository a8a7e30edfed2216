package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.tensor.NamedTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A node's endpoint that answers each request with its inputs: at once, or, once {@link #hold} was
 * called, when the test says so. Cancelling a held attempt answers it {@code cancelled}.
 */
public final class EchoEndpoint implements InferenceEndpoint {
  public static final Timings TIMINGS = new Timings(11, 22, 3, 2);

  private final LinkedBlockingQueue<Held> held = new LinkedBlockingQueue<>();
  private volatile boolean holding;

  /** Requests are kept from now on. */
  public void hold() {
    holding = true;
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    if (!holding) {
      sink.answered(echo(replica, request));
      return () -> {};
    }
    Held attempt = new Held(replica, request, sink);
    held.add(attempt);
    return attempt::cancel;
  }

  /** The next request that is held, within ten seconds. */
  public Held next() throws InterruptedException {
    Held next = held.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request came to the node within 10 s");
    }
    return next;
  }

  /** The answer: the inputs as outputs y0, y1 and so on. */
  public static InferenceReply echo(ReplicaId replica, InferenceRequest request) {
    List<NamedTensor> outputs = new ArrayList<>(request.inputs().size());
    for (int i = 0; i < request.inputs().size(); i++) {
      outputs.add(new NamedTensor("y" + i, request.inputs().get(i)));
    }
    return new InferenceReply.Completed(new InferenceResult(replica, outputs, TIMINGS));
  }

  /** A request that waits for the test. */
  public static final class Held {
    private final ReplicaId replica;
    private final InferenceRequest request;
    private final ReplySink sink;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    Held(ReplicaId replica, InferenceRequest request, ReplySink sink) {
      this.replica = replica;
      this.request = request;
      this.sink = sink;
    }

    public InferenceRequest request() {
      return request;
    }

    /** Completes when the attempt was cancelled. */
    public CompletableFuture<Void> cancelled() {
      return cancelled;
    }

    public void complete() {
      answer(echo(replica, request));
    }

    public void answer(InferenceReply reply) {
      if (answered.compareAndSet(false, true)) {
        sink.answered(reply);
      }
    }

    private void cancel() {
      cancelled.complete(null);
      answer(new InferenceReply.Failed(FailureCode.CANCELLED, "taken out of the queue"));
    }
  }
}
