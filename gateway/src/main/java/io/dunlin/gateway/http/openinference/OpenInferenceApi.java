package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.AskAgainException;
import io.dunlin.gateway.http.InferenceApi;
import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.Signature;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Open Inference Protocol v2 over HTTP: every path that begins with {@code /v2}.
 *
 * <p>Success is exactly 200; every other status carries {@code {"error": text, "code": code}}.
 * Statuses follow Triton's mapping, except that a malformed body is 400 where Triton says 500.
 */
public final class OpenInferenceApi implements InferenceApi {
  private static final Logger LOG = LoggerFactory.getLogger(OpenInferenceApi.class);

  /** What a caller is told of a bug; the log has the rest under the request id. */
  private static final Failure INTERNAL =
      new Failure(FailureCode.INTERNAL, "internal error, see the server's log for this request id");

  private final ServedModels models;
  private final OpenInferenceSettings settings;
  private final ServerHealth health;
  private final InferenceStatistics statistics;
  private final BatchLimits batchLimits;
  private final VersionLookup lookup;
  private final InferEndpoint inferEndpoint;
  private final RepositoryEndpoint repositoryEndpoint;

  /**
   * @param models what this gateway can reach
   * @param service answers inference requests
   * @param health of this gateway
   * @param repository loads and unloads models; {@link RepositoryControl#DISABLED} to refuse
   * @param statistics counts the requests that came this way; may be shared with other surfaces
   * @param batchLimits the largest batch of a model
   * @param labelDraw picks among the versions of a split alias; uniform over all ints, thread-safe
   * @param nanoTime the clock of {@link ApiRequest#arrivalNanos}
   */
  public OpenInferenceApi(
      ServedModels models,
      InferenceService service,
      OpenInferenceSettings settings,
      ServerHealth health,
      RepositoryControl repository,
      InferenceStatistics statistics,
      BatchLimits batchLimits,
      IntSupplier labelDraw,
      LongSupplier nanoTime) {
    this.models = models;
    this.settings = settings;
    this.health = health;
    this.statistics = statistics;
    this.batchLimits = batchLimits;
    this.lookup = new VersionLookup(models, labelDraw);
    this.inferEndpoint = new InferEndpoint(lookup, service, settings, statistics, nanoTime);
    this.repositoryEndpoint = new RepositoryEndpoint(models, repository);
  }

  @Override
  public CompletionStage<ApiResponse> handle(ApiRequest request) {
    try {
      return route(request).exceptionally(failure -> failed(request, failure));
    } catch (AskAgainException e) {
      throw e;
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(request, e));
    }
  }

  @Override
  public ApiResponse failure(Failure failure) {
    return JsonAnswer.failure(failure);
  }

  private CompletionStage<ApiResponse> route(ApiRequest request) {
    Optional<Route> found;
    try {
      found = Route.of(request.path());
    } catch (IllegalArgumentException e) {
      throw new InferenceException(
          FailureCode.INVALID_ARGUMENT,
          "path: '" + request.path() + "' (expected: well-formed percent escapes)");
    }
    if (found.isEmpty()) {
      return done(JsonAnswer.notFound());
    }
    Route route = found.get();
    if (!request.method().equals(route.endpoint().method())) {
      return done(JsonAnswer.methodNotAllowed(route.endpoint().method()));
    }
    return switch (route.endpoint()) {
      case MODEL_INFER -> inferEndpoint.infer(request, route);
      case SERVER_METADATA -> done(JsonAnswer.ok(MetadataDocument.server(settings)));
      case SERVER_LIVE -> done(live());
      case SERVER_READY -> done(ready());
      case MODEL_LIST -> done(JsonAnswer.ok(MetadataDocument.models(models.all())));
      case MODEL_METADATA -> done(metadata(route));
      case MODEL_READY -> done(modelReady(route));
      case MODEL_CONFIG -> done(config(route));
      case MODEL_STATISTICS -> done(modelStatistics(route));
      case ALL_STATISTICS -> done(JsonAnswer.ok(StatisticsDocument.of(models.all(), statistics)));
      case REPOSITORY_INDEX -> done(repositoryEndpoint.index(request));
      case REPOSITORY_LOAD -> repositoryEndpoint.load(request, route);
      case REPOSITORY_UNLOAD -> repositoryEndpoint.unload(request, route);
    };
  }

  private ApiResponse live() {
    boolean live = health.live();
    ObjectNode document = JsonAnswer.object().put("live", live);
    return live
        ? JsonAnswer.ok(document)
        : JsonAnswer.failure(new Failure(FailureCode.UNAVAILABLE, "server is not live"), document);
  }

  private ApiResponse ready() {
    boolean ready = health.ready();
    ObjectNode document = JsonAnswer.object().put("ready", ready).put("live", health.live());
    if (ready) {
      return JsonAnswer.ok(document);
    }
    String reason = health.reason();
    return JsonAnswer.failure(
        new Failure(
            FailureCode.UNAVAILABLE,
            "server is not ready" + (reason.isEmpty() ? "" : ": " + reason)),
        document);
  }

  private ApiResponse modelReady(Route route) {
    ServedModel model = lookup.model(route.model());
    String named = route.version();
    Optional<ServedVersion> version =
        named == null ? model.latestAvailable() : Optional.of(lookup.version(model, named));
    boolean ready = version.filter(ServedVersion::isAvailable).isPresent();
    ObjectNode document = JsonAnswer.object().put("name", model.name()).put("ready", ready);
    if (ready) {
      return JsonAnswer.ok(document);
    }
    String reason = version.map(ServedVersion::reason).orElse("");
    return JsonAnswer.failure(
        new Failure(
            FailureCode.UNAVAILABLE,
            "model '"
                + model.name()
                + "'"
                + (named == null ? "" : " version " + named)
                + " is not ready"
                + (reason.isEmpty() ? "" : ": " + reason)),
        document);
  }

  private ApiResponse metadata(Route route) {
    VersionLookup.Found found = lookup.available(route.model(), route.version());
    return JsonAnswer.ok(
        MetadataDocument.model(found, standardSignature(found), route.version() != null));
  }

  private ApiResponse config(Route route) {
    VersionLookup.Found found = lookup.available(route.model(), route.version());
    return JsonAnswer.ok(ConfigDocument.of(found, standardSignature(found), batchLimits));
  }

  private ApiResponse modelStatistics(Route route) {
    ServedModel model = models.find(route.model()).orElse(null);
    return JsonAnswer.ok(StatisticsDocument.of(model, route.model(), route.version(), statistics));
  }

  /** A model without signatures is described as one without inputs and outputs. */
  private static Signature standardSignature(VersionLookup.Found found) {
    return SignatureChoice.standard(found.description())
        .orElseGet(() -> new Signature(Signature.DEFAULT_NAME, "", List.of(), List.of()));
  }

  private static CompletionStage<ApiResponse> done(ApiResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private static ApiResponse failed(ApiRequest request, Throwable failure) {
    Throwable cause = Failures.unwrap(failure);
    if (cause instanceof AskAgainException again) {
      throw again;
    }
    if (cause instanceof InferenceException known) {
      return JsonAnswer.failure(known.failure());
    }
    LOG.error(
        "request {}: {} {} failed unexpectedly",
        request.requestId(),
        request.method(),
        request.path(),
        cause);
    return JsonAnswer.failure(INTERNAL);
  }
}
