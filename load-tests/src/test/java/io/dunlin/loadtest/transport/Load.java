package io.dunlin.loadtest.transport;

import io.dunlin.gateway.transport.RemoteEndpoint;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Requests with one input over one endpoint, one at a time or in a closed loop. */
final class Load {
  private final RemoteEndpoint endpoint;
  private final InferenceRequest request;
  private final AtomicLong completed = new AtomicLong();
  private final Semaphore ended = new Semaphore(0);
  private int started;
  private long startedNanos;
  private volatile boolean running;

  Load(RemoteEndpoint endpoint, Tensor input) {
    this.endpoint = endpoint;
    this.request = DataPlane.request("request-0123456789", Duration.ofMinutes(10), input);
  }

  Histogram sequential(long nanos) throws InterruptedException {
    Histogram latencies = new Histogram(3);
    long end = System.nanoTime() + nanos;
    Caller caller = new Caller();
    long now = System.nanoTime();
    while (now < end) {
      caller.call();
      long then = System.nanoTime();
      latencies.recordValue(then - now);
      now = then;
    }
    return latencies;
  }

  double throughput(int inFlight, long nanos) throws InterruptedException {
    start(inFlight);
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    return stop();
  }

  void start(int inFlight) {
    completed.set(0);
    started = inFlight;
    running = true;
    startedNanos = System.nanoTime();
    for (int i = 0; i < inFlight; i++) {
      next();
    }
  }

  /** Completed requests a second since the start. */
  double stop() throws InterruptedException {
    double rate = completed.get() * 1e9 / (System.nanoTime() - startedNanos);
    running = false;
    ended.acquire(started);
    return rate;
  }

  private void next() {
    endpoint.infer(DataPlane.REPLICA, request, this::answered);
  }

  private void answered(InferenceReply reply) {
    check(reply);
    completed.incrementAndGet();
    if (running) {
      next();
    } else {
      ended.release();
    }
  }

  private static void check(InferenceReply reply) {
    if (reply instanceof InferenceReply.Failed failed) {
      System.err.println("request failed: " + failed.failure());
      Runtime.getRuntime().halt(1);
    }
  }

  /** Waits for its own answer, as a thread does that has nothing else to do. */
  private final class Caller implements InferenceEndpoint.ReplySink {
    private final Thread thread = Thread.currentThread();
    private volatile boolean answered;

    void call() {
      answered = false;
      endpoint.infer(DataPlane.REPLICA, request, this);
      while (!answered) {
        LockSupport.park(this);
      }
    }

    @Override
    public void answered(InferenceReply reply) {
      check(reply);
      answered = true;
      LockSupport.unpark(thread);
    }
  }
}
