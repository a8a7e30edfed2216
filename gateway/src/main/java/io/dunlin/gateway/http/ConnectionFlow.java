package io.dunlin.gateway.http;

import io.dunlin.gateway.pipeline.Caller;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.jspecify.annotations.Nullable;

/**
 * One connection: a request is answered before the next one is begun, and a client that closes
 * while it waits is noticed.
 *
 * <p>Why not the server's own asynchronous handler: it asks for the next request only when the
 * answer is out, and Pekko reads from a socket only on demand, so a closed connection is not seen
 * until then. This stage asks at once and holds what comes, at most one request (the server's
 * {@code pipelining-limit} must be at least 2 for that). As in Go's {@code net/http} and nginx, a
 * client that closes its sending half counts as gone.
 */
final class ConnectionFlow extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {
  /** Requests the server must let through at one time. */
  static final int PIPELINING_LIMIT = 2;

  private final Handler handler;
  private final AtomicInteger open = new AtomicInteger();
  private final Inlet<HttpRequest> in = Inlet.create("ConnectionFlow.in");
  private final Outlet<HttpResponse> out = Outlet.create("ConnectionFlow.out");

  /** Answers requests; never fails. */
  @FunctionalInterface
  interface Handler {
    /**
     * @param connection to be told who waits for the answer
     */
    CompletionStage<HttpResponse> handle(HttpRequest request, Connection connection);
  }

  /** Who waits on this connection. Thread-safe. */
  static final class Connection {
    private volatile @Nullable Caller waiting;
    private volatile boolean closed;

    /** The request under way was sent by this caller. */
    void serves(Caller caller) {
      waiting = caller;
      if (closed) {
        caller.gone();
      }
    }

    private void answered() {
      waiting = null;
    }

    private void close() {
      closed = true;
      Caller caller = waiting;
      if (caller != null) {
        caller.gone();
      }
    }
  }

  ConnectionFlow(Handler handler) {
    this.handler = handler;
  }

  /** Connections that are open now. */
  int open() {
    return open.get();
  }

  @Override
  public FlowShape<HttpRequest, HttpResponse> shape() {
    return FlowShape.of(in, out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Connection connection = new Connection();
    private final AsyncCallback<HttpResponse> answered = createAsyncCallback(this::onAnswer);
    private final AsyncCallback<Throwable> failed = createAsyncCallback(this::failStage);
    private boolean serving;
    private @Nullable HttpRequest next;
    private @Nullable HttpResponse unsent;

    private Logic() {
      super(shape());
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              onRequest(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
              onClientDone();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              connection.close();
              failStage(failure);
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              onDemand();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              connection.close();
              cancelStage(cause);
            }
          });
    }

    @Override
    public void preStart() {
      open.incrementAndGet();
      pull(in);
    }

    @Override
    public void postStop() {
      open.decrementAndGet();
      connection.close();
    }

    private void onRequest(HttpRequest request) {
      if (serving || unsent != null) {
        next = request;
      } else {
        serve(request);
      }
    }

    private void serve(HttpRequest request) {
      serving = true;
      handler
          .handle(request, connection)
          .whenComplete(
              (response, failure) -> {
                if (failure == null) {
                  answered.invoke(response);
                } else {
                  failed.invoke(unwrapped(failure));
                }
              });
      if (!isClosed(in)) {
        pull(in);
      }
    }

    private void onAnswer(HttpResponse response) {
      serving = false;
      connection.answered();
      if (isAvailable(out)) {
        push(out, response);
        afterAnswer();
      } else {
        unsent = response;
      }
    }

    private void onDemand() {
      HttpResponse response = unsent;
      if (response != null) {
        unsent = null;
        push(out, response);
        afterAnswer();
      }
    }

    private void afterAnswer() {
      HttpRequest held = next;
      if (held != null) {
        next = null;
        serve(held);
      } else if (isClosed(in)) {
        completeStage();
      }
    }

    private void onClientDone() {
      if (serving || next != null || unsent != null) {
        connection.close();
      } else {
        completeStage();
      }
    }

    private static Throwable unwrapped(Throwable failure) {
      return failure instanceof CompletionException && failure.getCause() != null
          ? failure.getCause()
          : failure;
    }
  }
}
