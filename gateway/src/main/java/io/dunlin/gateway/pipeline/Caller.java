package io.dunlin.gateway.pipeline;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, by what protocol, since when, where their work goes on, and whether they still wait.
 * The front makes one for each request and says {@link #gone} when the client's connection has
 * ended; the request's flight then gives its attempts up. Thread-safe.
 *
 * <p>An answer arrives on a thread that has other work to do (a lane, a connection to a node, the
 * deadline timer). Handing it straight to where the response is written costs one hand-over, where
 * a pool in between would cost two.
 */
public final class Caller implements Executor {
  private final String tenant;
  private final Protocol protocol;
  private final long arrivalNanos;
  private final Executor work;
  private volatile boolean gone;
  private volatile @Nullable Runnable waiting;

  /** What the caller speaks. */
  public enum Protocol {
    TFSERVING_REST("tfserving_rest"),
    OPEN_INFERENCE_REST("openinference_rest"),
    TFSERVING_GRPC("tfserving_grpc"),
    OPEN_INFERENCE_GRPC("openinference_grpc");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** The name in metrics. */
    public String label() {
      return label;
    }
  }

  /**
   * @param tenant whose share of the cluster it uses; empty when the caller does not say
   * @param arrivalNanos when the request's head arrived, on the gateway's clock
   * @param work runs what is to be done with the answer, one task at a time, in order
   */
  public Caller(String tenant, Protocol protocol, long arrivalNanos, Executor work) {
    this.tenant = tenant;
    this.protocol = protocol;
    this.arrivalNanos = arrivalNanos;
    this.work = work;
  }

  @Override
  public void execute(Runnable task) {
    work.execute(task);
  }

  public String tenant() {
    return tenant;
  }

  public Protocol protocol() {
    return protocol;
  }

  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** Nobody waits for the answer any more. May be called at any time, more than once. */
  public void gone() {
    gone = true;
    Runnable told = waiting;
    if (told != null) {
      told.run();
    }
  }

  /** Registers who is told when the caller goes; at once, if it has gone. It may be told twice. */
  public void whenGone(Runnable listener) {
    waiting = listener;
    if (gone) {
      listener.run();
    }
  }
}
