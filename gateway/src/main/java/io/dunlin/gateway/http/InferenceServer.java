package io.dunlin.gateway.http;

import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.pipeline.Caller;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.gateway.pipeline.ResponseObserver;
import io.dunlin.gateway.pipeline.RouteWaits;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inference port: reads a request whole, within bounds, hands it to the protocol its path
 * belongs to, and writes the answer with Dunlin's own headers.
 *
 * <p>Pekko HTTP's low-level handler, not its routing DSL: paths are decided by each protocol's own
 * rules, and the DSL would cost several allocations per request for nothing.
 */
public final class InferenceServer {
  private static final Logger log = LoggerFactory.getLogger(InferenceServer.class);

  /** How often a server that stops looks for open connections. */
  private static final Duration LOOK = Duration.ofMillis(10);

  /** What is left when all time is over. */
  private static final Duration CUT = Duration.ofMillis(100);

  private final ActorSystem<?> system;
  private final InferenceServerSettings settings;
  private final InferenceApi tfServing;
  private final InferenceApi openInference;
  private final RouteWaits waits;
  private final BodyReader bodies;
  private final ResponseWriter writer = new ResponseWriter();
  private final RawPaths paths = new RawPaths();
  private final RequestIds requestIds;
  private final ResponseObserver responses;
  private final LongSupplier nanoClock;
  private final String tenantHeader;
  private volatile boolean draining;
  private final AnsweringStage connections = new AnsweringStage(this::handle, () -> draining);

  public InferenceServer(
      ActorSystem<?> system,
      InferenceServerSettings settings,
      InferenceApi tfServing,
      InferenceApi openInference,
      RouteWaits waits,
      RequestBudget budget,
      RequestIds requestIds,
      ResponseObserver responses,
      LongSupplier nanoClock) {
    this.system = system;
    this.settings = settings;
    this.tfServing = tfServing;
    this.openInference = openInference;
    this.waits = waits;
    this.bodies = new BodyReader(settings, budget, system);
    this.requestIds = requestIds;
    this.responses = responses;
    this.nanoClock = nanoClock;
    this.tenantHeader = settings.tenantHeader().toLowerCase(Locale.ROOT);
  }

  /** Binds the port; the stage fails when it is taken. */
  public CompletionStage<ServerBinding> bind() {
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(ServerSettings.create(system.classicSystem()))
        .bindFlow(Flow.fromGraph(connections))
        .thenApply(this::stopInOrder);
  }

  /**
   * Pekko's own order of stopping resets idle connections and those whose answer comes meanwhile;
   * so the port is closed, connections end as they become idle, and only what is left at the end of
   * the time is cut.
   */
  private ServerBinding stopInOrder(ServerBinding binding) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "unbind-inference-port",
        () -> {
          startDraining();
          return binding.unbind();
        });
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "finish-inference-requests",
        () ->
            finish(settings.shutdownDeadline())
                .thenCompose(done -> binding.terminate(CUT))
                .thenApply(done -> Done.getInstance()));
    return binding;
  }

  /** Done when no connection is open, or after this time. */
  public CompletionStage<Done> finish(Duration deadline) {
    startDraining();
    CompletableFuture<Done> finished = new CompletableFuture<>();
    awaitNoConnections(nanoClock.getAsLong() + deadline.toNanos(), true, finished);
    return finished;
  }

  /** Done when clients have closed every connection, as they were told to, or after this time. */
  public CompletionStage<Done> awaitClientsGone(Duration deadline) {
    startDraining();
    CompletableFuture<Done> gone = new CompletableFuture<>();
    awaitNoConnections(nanoClock.getAsLong() + deadline.toNanos(), false, gone);
    return gone;
  }

  private void awaitNoConnections(
      long untilNanos, boolean closing, CompletableFuture<Done> finished) {
    if (closing) {
      connections.closeIdle();
    }
    if (connections.open() == 0 || nanoClock.getAsLong() - untilNanos >= 0) {
      finished.complete(Done.getInstance());
    } else {
      system
          .scheduler()
          .scheduleOnce(
              LOOK,
              () -> awaitNoConnections(untilNanos, closing, finished),
              system.executionContext());
    }
  }

  /** From now on every connection is told to close after its answer. */
  public void startDraining() {
    draining = true;
  }

  /** Connections of clients that are open now. */
  public int openConnections() {
    return connections.open();
  }

  private CompletionStage<HttpResponse> handle(HttpRequest http, Caller caller) {
    long arrival = nanoClock.getAsLong();
    RequestHead head = RequestHead.of(http, requestIds, tenantHeader, paths);
    InferenceApi api = apiFor(head.path());
    if (api == null) {
      http.discardEntityBytes(system);
      return done(write(NotFound.response(), head, null));
    }
    Origin.Protocol protocol = protocolOf(api);
    Failure badHeader = head.badHeader();
    if (badHeader != null) {
      http.discardEntityBytes(system);
      return done(write(api.failure(badHeader), head, protocol));
    }
    Origin origin = new Origin(caller, head.tenant(), protocol, arrival);
    BodyReader.Body whole;
    try {
      whole = bodies.whole(http, head.contentEncoding());
    } catch (RuntimeException e) {
      return done(write(api.failure(toFailure(e, head)), head, protocol));
    }
    if (whole != null) {
      return answer(api, head, whole, origin);
    }
    return bodies
        .read(http, head.contentEncoding(), caller)
        .handle(
            (body, failure) ->
                failure == null
                    ? answer(api, head, body, origin)
                    : done(write(api.failure(toFailure(failure, head)), head, protocol)))
        .thenCompose(answer -> answer);
  }

  /** Gives the body's bytes back to the budget whatever happens. */
  private CompletionStage<HttpResponse> answer(
      InferenceApi api, RequestHead head, BodyReader.Body body, Origin origin) {
    return ask(api, head.toRequest(body, origin))
        .handle(
            (answer, failure) -> {
              body.release();
              return write(
                  failure == null ? answer : api.failure(toFailure(failure, head)),
                  head,
                  origin.protocol());
            });
  }

  private CompletionStage<ApiResponse> ask(InferenceApi api, ApiRequest request) {
    CompletionStage<ApiResponse> response;
    try {
      response = api.handle(request);
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    return response.exceptionallyCompose(failure -> askAgain(api, request, failure));
  }

  /** What the protocol could not answer may be answered once the cluster has changed. */
  private CompletionStage<ApiResponse> askAgain(
      InferenceApi api, ApiRequest request, Throwable failure) {
    if (!(unwrap(failure) instanceof AskAgainException again)) {
      return CompletableFuture.failedFuture(failure);
    }
    return waits
        .await(again.changed(), again.deadline(), request.bodyLength(), request.origin().caller())
        .thenCompose(
            changed ->
                changed
                    ? ask(api, request)
                    : CompletableFuture.completedFuture(api.failure(again.failure())));
  }

  private HttpResponse write(
      ApiResponse response, RequestHead head, Origin.@Nullable Protocol protocol) {
    responses.responded(protocol, response.status());
    return writer.write(response, head.requestId(), draining);
  }

  private Origin.Protocol protocolOf(InferenceApi api) {
    return api == tfServing ? Origin.Protocol.TFSERVING_REST : Origin.Protocol.OPEN_INFERENCE_REST;
  }

  private @Nullable InferenceApi apiFor(String path) {
    if (startsWithSegment(path, "/v1")) {
      return tfServing;
    }
    return startsWithSegment(path, "/v2") ? openInference : null;
  }

  private static boolean startsWithSegment(String path, String prefix) {
    return path.regionMatches(true, 0, prefix, 0, prefix.length())
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  private static Failure toFailure(Throwable failure, RequestHead head) {
    Throwable cause = unwrap(failure);
    if (cause instanceof InferenceException expected) {
      return expected.failure();
    }
    log.error("request {} {} failed", head.requestId(), head.path(), cause);
    return new Failure(FailureCode.INTERNAL, "internal error; request id " + head.requestId());
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
