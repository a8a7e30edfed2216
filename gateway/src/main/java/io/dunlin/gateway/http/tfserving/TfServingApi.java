package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.AskAgainException;
import io.dunlin.gateway.http.InferenceApi;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonSyntaxException;
import io.dunlin.gateway.http.json.JsonTooLargeException;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.json.JsonWriter;
import io.dunlin.gateway.http.tfserving.ModelLookup.Available;
import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TensorFlow Serving REST API: {@code /v1/models/...}; see {@link Route} for the paths. Every
 * answer but a page that is not there is JSON; every failure is {@code {"error": "..."}} with the
 * HTTP status of its {@link FailureCode}.
 *
 * <p>A mistake of the caller is answered 4xx, a failure inside the pipeline as the pipeline says,
 * and anything unforeseen 500 with a generic text, its cause logged with the request's id. Nothing
 * blocks: the answer is encoded on the thread that completes the inference.
 */
public final class TfServingApi implements InferenceApi {
  private static final Logger LOG = LoggerFactory.getLogger(TfServingApi.class);

  private static final List<ApiResponse.Header> CORS_HEADERS =
      List.of(
          new ApiResponse.Header("Access-Control-Allow-Origin", "*"),
          new ApiResponse.Header("Access-Control-Allow-Methods", "POST, GET"),
          new ApiResponse.Header("Access-Control-Allow-Headers", "Content-Type"));

  private final ModelLookup lookup;
  private final InferenceService service;
  private final TfServingSettings settings;
  private final List<ApiResponse.Header> headers;

  /**
   * @param models what is served now
   * @param service runs the inferences
   * @param settings bounds and switches
   * @param labelDraw picks among the versions of a split alias; uniform over all ints, thread-safe
   */
  public TfServingApi(
      ServedModels models,
      InferenceService service,
      TfServingSettings settings,
      IntSupplier labelDraw) {
    this.lookup = new ModelLookup(models, labelDraw);
    this.service = service;
    this.settings = settings;
    this.headers = settings.cors() ? CORS_HEADERS : List.of();
  }

  @Override
  public CompletionStage<ApiResponse> handle(ApiRequest request) {
    try {
      return dispatch(request);
    } catch (AskAgainException e) {
      throw e;
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failure(asFailure(e, request)));
    }
  }

  private CompletionStage<ApiResponse> dispatch(ApiRequest request) {
    String path = request.path();
    if (!Route.startsWith(path, 0, "/v1/")) {
      return CompletableFuture.completedFuture(notFound());
    }
    if (request.method().equals("OPTIONS")) {
      return CompletableFuture.completedFuture(options(request));
    }
    Route route = Route.parse(request.method(), path);
    return switch (route.action()) {
      case STATUS -> done(DescriptionAnswer.status(lookup.known(route)));
      case METADATA -> done(DescriptionAnswer.metadata(lookup.available(route)));
      case PREDICT, CLASSIFY, REGRESS -> infer(request, route);
    };
  }

  private CompletionStage<ApiResponse> infer(ApiRequest request, Route route) {
    try {
      return route.action() == Route.Action.PREDICT
          ? predict(request, route)
          : classifyOrRegress(request, route);
    } catch (InferenceException e) {
      throw lookup.named(route).orAgain(e, null, request::deadline);
    }
  }

  private CompletionStage<ApiResponse> predict(ApiRequest request, Route route) {
    PredictBody body =
        PredictBody.read(reader(request), () -> lookup.available(route), settings.maxTensorBytes());
    boolean rows = body.rows();
    return infer(
        request,
        route,
        body.target(),
        body.signature(),
        body.inputs(),
        result -> PredictAnswer.write(result.outputs(), rows, settings.maxResponseBytes()));
  }

  private CompletionStage<ApiResponse> classifyOrRegress(ApiRequest request, Route route) {
    ExamplesBody body =
        ExamplesBody.read(
            reader(request), () -> lookup.available(route), settings.maxTensorBytes());
    long count = body.examples().rows();
    return infer(
        request,
        route,
        body.target(),
        body.signature(),
        List.of(body.examples()),
        result ->
            route.action() == Route.Action.CLASSIFY
                ? ResultsAnswer.classify(result, count, settings.maxResponseBytes())
                : ResultsAnswer.regress(result, count, settings.maxResponseBytes()));
  }

  private CompletionStage<ApiResponse> infer(
      ApiRequest request,
      Route route,
      Available target,
      Signature signature,
      List<Tensor> inputs,
      Function<InferenceResult, JsonWriter> encoder) {
    InferenceRequest inference =
        new InferenceRequest(
            request.requestId(),
            target.description().version(),
            signature.name(),
            inputs,
            List.of(),
            request.deadline(target.version().defaultTimeout()),
            request.priority());
    return service
        .infer(inference, request.origin())
        .handle(
            (result, error) ->
                answer(request, route, target, result, error, encoder)
                    .withAliasEpoch(target.aliasEpoch()));
  }

  private ApiResponse answer(
      ApiRequest request,
      Route route,
      Available target,
      @Nullable InferenceResult result,
      @Nullable Throwable error,
      Function<InferenceResult, JsonWriter> encoder) {
    if (result == null || error != null) {
      return failed(request, route, target, error);
    }
    try {
      return ok(encoder.apply(result), result);
    } catch (RuntimeException e) {
      return failure(asFailure(e, request));
    }
  }

  private ApiResponse failed(
      ApiRequest request, Route route, Available target, @Nullable Throwable error) {
    if (unwrap(error) instanceof InferenceException expected
        && lookup.named(route).orAgain(expected, target.description().version(), request::deadline)
            instanceof AskAgainException again) {
      throw again;
    }
    return failure(asFailure(error, request));
  }

  private static JsonReader reader(ApiRequest request) {
    return new JsonReader(request.body(), request.bodyOffset(), request.bodyLength());
  }

  private CompletionStage<ApiResponse> done(JsonWriter body) {
    return CompletableFuture.completedFuture(ok(body, null));
  }

  private ApiResponse ok(JsonWriter body, @Nullable InferenceResult result) {
    return new ApiResponse(200, ApiResponse.JSON, body.array(), body.size(), headers, result, null);
  }

  /** A browser's question before it calls from another origin. */
  private ApiResponse options(ApiRequest request) {
    String origin = request.header().apply("Origin").orElse("");
    if (!Route.startsWith(origin, 0, "http://") && !Route.startsWith(origin, 0, "https://")) {
      return failure(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "Origin header: '" + origin + "' (expected: an http or https origin)"));
    }
    return new ApiResponse(200, ApiResponse.JSON, new byte[0], 0, headers, null, null);
  }

  private ApiResponse notFound() {
    byte[] text = "Not Found".getBytes(StandardCharsets.US_ASCII);
    return new ApiResponse(
        404, "text/plain; charset=utf-8", text, text.length, headers, null, null);
  }

  @Override
  public ApiResponse failure(Failure failure) {
    return error(failure.code().httpStatus(), failure.message(), failure.retryAfter());
  }

  private ApiResponse error(int status, String message, @Nullable Duration retryAfter) {
    JsonWriter out = new JsonWriter(message.length() + 16);
    out.raw("{\"error\":");
    out.string(message);
    out.raw('}');
    return new ApiResponse(
        status, ApiResponse.JSON, out.array(), out.size(), headers, null, retryAfter);
  }

  /** What the caller is told; whatever is not an expected outcome is logged here, and only here. */
  private static Failure asFailure(@Nullable Throwable error, ApiRequest request) {
    Throwable cause = unwrap(error);
    if (cause instanceof InferenceException expected) {
      return expected.failure();
    }
    if (cause instanceof JsonSyntaxException broken) {
      return Failure.invalidArgument("JSON Parse error: " + broken.getMessage());
    }
    if (cause instanceof JsonTypeException unfit) {
      return Failure.invalidArgument(String.valueOf(unfit.getMessage()));
    }
    if (cause instanceof JsonTooLargeException large) {
      return new Failure(FailureCode.PAYLOAD_TOO_LARGE, "answer too large: " + large.getMessage());
    }
    LOG.error("Request {} failed unexpectedly", request.requestId(), cause);
    return new Failure(
        FailureCode.INTERNAL, "Internal error; the log has more under " + request.requestId());
  }

  private static @Nullable Throwable unwrap(@Nullable Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }
}
