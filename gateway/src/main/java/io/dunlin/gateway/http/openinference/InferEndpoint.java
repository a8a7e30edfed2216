package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.AskAgainException;
import io.dunlin.gateway.http.NamedModel;
import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * {@code POST /v2/models/{m}/infer}: find the version, read the body, hold it against the
 * signature, infer, write the answer. Counts each request that was passed on.
 */
final class InferEndpoint {
  private static final long NANOS_PER_MICRO = 1_000;

  /** Far beyond any request, and far from overflow of the clock. */
  private static final long MAX_TIMEOUT_NANOS = Duration.ofDays(365).toNanos();

  private final VersionLookup lookup;
  private final InferenceService service;
  private final OpenInferenceSettings settings;
  private final InferenceStatistics statistics;
  private final LongSupplier nanoTime;

  InferEndpoint(
      VersionLookup lookup,
      InferenceService service,
      OpenInferenceSettings settings,
      InferenceStatistics statistics,
      LongSupplier nanoTime) {
    this.lookup = lookup;
    this.service = service;
    this.settings = settings;
    this.statistics = statistics;
    this.nanoTime = nanoTime;
  }

  /**
   * What a body asks for.
   *
   * @param rows of this request, 1 if the signature has none
   */
  private record Call(
      ModelVersionId version,
      String id,
      Signature signature,
      InferDocument.Parameters parameters,
      List<Tensor> inputs,
      OutputPlan outputs,
      long rows,
      long decodeNanos) {}

  /**
   * @return the answer; fails with an {@link io.dunlin.shared.inference.InferenceException} or, for
   *     a bug, anything else
   */
  CompletionStage<ApiResponse> infer(ApiRequest request, Route route) {
    long begun = nanoTime.getAsLong();
    VersionLookup.Found found = available(request, route);
    InferBody body = InferBody.of(request);
    Call call = body.isRaw() ? raw(found, body, begun) : document(found, body, begun);
    InferenceRequest inference =
        new InferenceRequest(
            request.requestId(),
            call.version(),
            call.signature().name(),
            call.inputs(),
            call.outputs().names(),
            deadline(request, call.parameters().timeoutMicros(), found.version().defaultTimeout()),
            priority(request.priority(), call.parameters().priority()));
    return service
        .infer(inference, request.origin())
        .handle(
            (result, failure) -> {
              if (failure != null) {
                throw failed(request, route, call, failure);
              }
              return answer(request, call, result).withAliasEpoch(found.aliasEpoch());
            });
  }

  private Call document(VersionLookup.Found found, InferBody body, long begun) {
    String model = found.model().name();
    InferDocument document = InferRequestReader.read(body, model, settings.maxTensorBytes());
    Signature signature =
        SignatureChoice.require(found.description(), document.parameters().signature());
    List<Tensor> inputs = InputBinding.bind(model, signature, document.inputs());
    OutputPlan outputs = OutputPlan.of(model, signature, document);
    return new Call(
        found.id(),
        document.id(),
        signature,
        document.parameters(),
        inputs,
        outputs,
        rows(signature, inputs),
        nanoTime.getAsLong() - begun);
  }

  private Call raw(VersionLookup.Found found, InferBody body, long begun) {
    Signature signature = SignatureChoice.require(found.description(), null);
    Tensor input =
        RawRequest.input(found.model().name(), signature, body, settings.maxTensorBytes());
    List<Tensor> inputs = List.of(input);
    return new Call(
        found.id(),
        "",
        signature,
        InferDocument.Parameters.NONE,
        inputs,
        OutputPlan.all(signature, true),
        rows(signature, inputs),
        nanoTime.getAsLong() - begun);
  }

  private ApiResponse answer(ApiRequest request, Call call, InferenceResult result) {
    long answered = nanoTime.getAsLong();
    ApiResponse response;
    try {
      response =
          InferResponseWriter.write(call.outputs(), call.id(), result, settings.maxResponseBytes());
    } catch (RuntimeException e) {
      throw counted(request, call, e);
    }
    long written = nanoTime.getAsLong();
    statistics.succeeded(
        call.version(),
        call.rows(),
        result.timings(),
        written - request.arrivalNanos(),
        call.decodeNanos(),
        written - answered);
    return response;
  }

  private VersionLookup.Found available(ApiRequest request, Route route) {
    try {
      return lookup.available(route.model(), route.version());
    } catch (InferenceException e) {
      throw named(route).orAgain(e, null, byDefault -> waitDeadline(request, route, byDefault));
    }
  }

  private NamedModel named(Route route) {
    return lookup.named(route.model(), route.version());
  }

  /** The deadline of a request that was not read yet; a body that cannot be read fails here. */
  private Deadline waitDeadline(ApiRequest request, Route route, Duration byDefault) {
    InferBody body = InferBody.of(request);
    long micros =
        body.isRaw()
            ? 0
            : InferRequestReader.read(body, route.model(), settings.maxTensorBytes())
                .parameters()
                .timeoutMicros();
    return deadline(request, micros, byDefault);
  }

  /** The failure, or that it is worth asking again: the version was withdrawn meanwhile. */
  private RuntimeException failed(ApiRequest request, Route route, Call call, Throwable failure) {
    if (Failures.unwrap(failure) instanceof InferenceException expected
        && named(route)
                .orAgain(
                    expected,
                    call.version(),
                    byDefault -> deadline(request, call.parameters().timeoutMicros(), byDefault))
            instanceof AskAgainException again) {
      return again;
    }
    return counted(request, call, failure);
  }

  /** Counts the failure and makes it throwable. */
  private RuntimeException counted(ApiRequest request, Call call, Throwable failure) {
    statistics.failed(call.version(), nanoTime.getAsLong() - request.arrivalNanos());
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new CompletionException(failure);
  }

  private static long rows(Signature signature, List<Tensor> inputs) {
    return signature.batchable() ? inputs.get(0).rows() : 1;
  }

  /** The earlier of the header's and the parameter's; the model's own if neither is there. */
  private static Deadline deadline(ApiRequest request, long timeoutMicros, Duration byDefault) {
    Deadline deadline = request.deadline(byDefault);
    if (timeoutMicros == 0) {
      return deadline;
    }
    long nanos =
        timeoutMicros > MAX_TIMEOUT_NANOS / NANOS_PER_MICRO
            ? MAX_TIMEOUT_NANOS
            : timeoutMicros * NANOS_PER_MICRO;
    Deadline asked = new Deadline(request.arrivalNanos() + nanos);
    return request.timeout() != null && deadline.isBefore(asked) ? deadline : asked;
  }

  /**
   * As the schedule policy extension has it, 0 and what is out of range mean the default, which is
   * the Priority header's here; lower is more urgent.
   */
  private static Priority priority(Priority byHeader, long parameter) {
    return parameter > 0 && parameter < Priority.LEVELS ? new Priority((int) parameter) : byHeader;
  }
}
