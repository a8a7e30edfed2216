package io.dunlin.gateway.http;

import io.dunlin.gateway.pipeline.Caller;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function2;
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
 * One connection's requests, answered one after the other.
 *
 * <p>What {@code mapAsync(1)} does, and two things it cannot: all of a request's own work
 * (decoding, encoding, retries) runs in the connection's actor, handed there directly from the
 * thread on which the answer arrives; and a connection that breaks tells the request that nobody
 * waits any more.
 *
 * <pre>
 * idle     request arrives             -> waiting, unless it is answered at once
 * waiting  the next request arrives    -> keep it until this one is answered
 * waiting  answer arrives              -> push it, idle
 * waiting  the client sends no more, or the connection breaks -> tell the request
 * </pre>
 */
final class AnsweringStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {
  private final Inlet<HttpRequest> in = Inlet.create("requests");
  private final Outlet<HttpResponse> out = Outlet.create("responses");
  private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(in, out);
  private final Function2<HttpRequest, Caller, CompletionStage<HttpResponse>> handler;
  private final BooleanSupplier stopping;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /**
   * @param handler never throws and never fails: errors are responses too
   * @param stopping whether the server is about to stop: then it is the server that ends the flow
   *     of requests, and no sign that the client has gone
   */
  AnsweringStage(
      Function2<HttpRequest, Caller, CompletionStage<HttpResponse>> handler,
      BooleanSupplier stopping) {
    this.handler = handler;
    this.stopping = stopping;
  }

  /** Connections that are open now. */
  int open() {
    return open.size();
  }

  /** Ends connections on which nothing is under way, in order: not with a reset, as Pekko would. */
  void closeIdle() {
    open.forEach(connection -> connection.closeIfIdle.invoke(connection));
  }

  @Override
  public FlowShape<HttpRequest, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Connection();
  }

  private final class Connection extends GraphStageLogic implements Caller {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AsyncCallback<Connection> wake = createAsyncCallback(Connection::runTasks);
    private final AsyncCallback<Connection> closeIfIdle =
        createAsyncCallback(Connection::onCloseIfIdle);
    private volatile boolean ended;

    /**
     * The thread that is in this connection now; each thread sees its own writes, and that is all
     * it asks about.
     */
    private @Nullable Thread inside;

    private boolean waiting;
    private boolean noMoreRequests;
    private @Nullable HttpRequest next;
    private @Nullable Runnable ifGone;

    Connection() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() throws Exception {
              if (waiting || !isAvailable(out)) {
                next = grab(in);
              } else {
                begin(grab(in));
              }
            }

            @Override
            public void onUpstreamFinish() {
              noMoreRequests = true;
              if (next == null) {
                if (!waiting) {
                  completeStage();
                } else if (!stopping.getAsBoolean()) {
                  tellGone();
                }
              }
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() throws Exception {
              HttpRequest stashed = next;
              next = null;
              if (stashed != null) {
                begin(stashed);
              } else {
                readAhead();
              }
            }
          });
    }

    @Override
    public void preStart() {
      open.add(this);
    }

    private void onCloseIfIdle() {
      if (!waiting && next == null) {
        completeStage();
      }
    }

    /** Reading on while a request waits shows the end of a connection that the client closed. */
    private void readAhead() {
      if (next == null && !hasBeenPulled(in) && !noMoreRequests) {
        pull(in);
      }
    }

    private void begin(HttpRequest request) throws Exception {
      waiting = true;
      inside = Thread.currentThread();
      try {
        handler
            .apply(request, this)
            .whenComplete(
                (response, failure) -> {
                  if (inside == Thread.currentThread()) {
                    answer(response, failure);
                  } else {
                    execute(() -> answer(response, failure));
                  }
                });
      } finally {
        inside = null;
      }
      readAhead();
    }

    private void answer(HttpResponse response, @Nullable Throwable failure) {
      waiting = false;
      ifGone = null;
      if (ended) {
        return;
      }
      if (failure != null) {
        failStage(failure);
        return;
      }
      push(out, response);
      if (noMoreRequests && next == null) {
        completeStage();
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
      if (ended) {
        runTasks();
      } else {
        wake.invoke(this);
      }
    }

    private void runTasks() {
      Runnable task;
      while ((task = tasks.poll()) != null) {
        inside = Thread.currentThread();
        try {
          task.run();
        } finally {
          inside = null;
        }
      }
    }

    @Override
    public void whenGone(Runnable task) {
      if (ended) {
        task.run();
      } else {
        ifGone = task;
      }
    }

    /**
     * Whatever the reason: what was handed here and did not run yet runs now, on nobody's behalf.
     */
    @Override
    public void postStop() {
      open.remove(this);
      ended = true;
      tellGone();
      runTasks();
    }

    private void tellGone() {
      Runnable gone = ifGone;
      ifGone = null;
      if (gone != null) {
        gone.run();
      }
    }
  }
}
