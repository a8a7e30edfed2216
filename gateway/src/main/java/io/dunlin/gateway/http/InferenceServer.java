package io.dunlin.gateway.http;

import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.gateway.pipeline.Caller;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
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

  private final ActorSystem<?> system;
  private final InferenceServerSettings settings;
  private final InferenceApi tfServing;
  private final InferenceApi openInference;
  private final RequestBudget budget;
  private final RequestIds requestIds;
  private final LongSupplier nanoClock;
  private final String tenantHeader;
  private final AnsweringStage connections = new AnsweringStage(this::handle);
  private volatile boolean draining;

  public InferenceServer(
      ActorSystem<?> system,
      InferenceServerSettings settings,
      InferenceApi tfServing,
      InferenceApi openInference,
      RequestBudget budget,
      RequestIds requestIds,
      LongSupplier nanoClock) {
    this.system = system;
    this.settings = settings;
    this.tfServing = tfServing;
    this.openInference = openInference;
    this.budget = budget;
    this.requestIds = requestIds;
    this.nanoClock = nanoClock;
    this.tenantHeader = settings.tenantHeader().toLowerCase(Locale.ROOT);
  }

  /** Binds the port; the stage fails when it is taken. */
  public CompletionStage<ServerBinding> bind() {
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(ServerSettings.create(system.classicSystem()))
        .bindFlow(Flow.fromGraph(connections))
        .thenApply(
            binding ->
                binding.addToCoordinatedShutdown(
                    settings.shutdownDeadline(), system.classicSystem()));
  }

  /** From now on every connection is told to close after its answer. */
  public void startDraining() {
    draining = true;
  }

  /** Connections of clients that are open now. */
  public int openConnections() {
    return connections.open();
  }

  private CompletionStage<HttpResponse> handle(
      HttpRequest http, AnsweringStage.Connection connection) {
    long arrival = nanoClock.getAsLong();
    RequestHead head = RequestHead.of(http, requestIds, tenantHeader);
    InferenceApi api = apiFor(head.path());
    ResponseWriter writer = new ResponseWriter(head.requestId(), draining);
    if (api == null) {
      http.discardEntityBytes(system);
      return done(writer.write(NotFound.response()));
    }
    Failure badHeader = head.badHeader();
    if (badHeader != null) {
      http.discardEntityBytes(system);
      return done(writer.write(api.failure(badHeader)));
    }
    Caller caller = new Caller(head.tenant(), protocolOf(api), arrival, connection);
    connection.serves(caller);
    return BodyReader.read(http, settings, budget, caller, system)
        .thenCompose(body -> answer(api, head.toRequest(body, caller), body))
        .exceptionally(failure -> api.failure(toFailure(failure, head)))
        .thenApply(writer::write);
  }

  /** Gives the body's bytes back to the budget whatever happens. */
  private CompletionStage<ApiResponse> answer(
      InferenceApi api, ApiRequest request, BodyReader.Body body) {
    CompletionStage<ApiResponse> response;
    try {
      response = api.handle(request);
    } catch (RuntimeException e) {
      response = CompletableFuture.failedFuture(e);
    }
    return response.whenComplete((done, failure) -> body.release());
  }

  private Caller.Protocol protocolOf(InferenceApi api) {
    return api == tfServing ? Caller.Protocol.TFSERVING_REST : Caller.Protocol.OPEN_INFERENCE_REST;
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
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof InferenceException expected) {
      return expected.failure();
    }
    log.error("request {} {} failed", head.requestId(), head.path(), cause);
    return new Failure(FailureCode.INTERNAL, "internal error; request id " + head.requestId());
  }

  private static CompletionStage<HttpResponse> done(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
