package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.InferRequestReader.invalid;

import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonSyntaxException;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.routing.ServedModels;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelNames;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The model repository extension: what there is, load it, unload it. */
final class RepositoryEndpoint {
  private final ServedModels models;
  private final RepositoryControl control;

  RepositoryEndpoint(ServedModels models, RepositoryControl control) {
    this.models = models;
    this.control = control;
  }

  /** The body may be absent, or say {@code {"ready": true}} to leave out what cannot answer. */
  ApiResponse index(ApiRequest request) {
    boolean[] ready = new boolean[1];
    readMembers(
        request,
        in -> {
          if (in.keyEquals("ready")) {
            ready[0] = in.readBoolean();
          } else {
            in.skipValue();
          }
        });
    return JsonAnswer.ok(IndexDocument.of(models.all(), ready[0]));
  }

  CompletionStage<ApiResponse> load(ApiRequest request, Route route) {
    String failed = "failed to load '" + route.model() + "'";
    requireOwnRepository(route);
    requireName(route.model(), failed);
    readMembers(request, in -> parameters(in, failed));
    return control
        .load(route.model())
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw explained(failed, failure);
              }
              return JsonAnswer.ok();
            });
  }

  CompletionStage<ApiResponse> unload(ApiRequest request, Route route) {
    String failed = "failed to unload '" + route.model() + "'";
    requireOwnRepository(route);
    requireName(route.model(), failed);
    readMembers(request, in -> parameters(in, failed));
    return control
        .unload(route.model())
        .handle(
            (done, failure) -> {
              // Triton's tests assert that unloading what is not there changes nothing.
              if (failure != null && codeOf(failure) != FailureCode.NOT_FOUND) {
                throw explained(failed, failure);
              }
              return JsonAnswer.ok();
            });
  }

  /**
   * Models are loaded as the repository has them: a request that brings its own configuration or
   * files must not be told it was loaded.
   */
  private static void parameters(JsonReader in, String failed) {
    if (!in.keyEquals("parameters") || in.kind() != Kind.OBJECT) {
      in.skipValue();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.key();
      if (key.equals("config") || key.startsWith("file:")) {
        throw new InferenceException(
            FailureCode.UNIMPLEMENTED,
            failed + ", parameter '" + key + "' is not supported (expected: none)");
      }
      if (key.equals("unload_dependents")) {
        in.readBoolean();
      } else {
        in.skipValue();
      }
    }
  }

  private static void readMembers(ApiRequest request, Consumer<JsonReader> member) {
    if (request.bodyLength() == 0) {
      return;
    }
    JsonReader in = new JsonReader(request.body(), request.bodyOffset(), request.bodyLength());
    try {
      for (boolean more = in.enterObject(); more; more = in.nextMember()) {
        member.accept(in);
      }
    } catch (JsonSyntaxException | JsonTypeException e) {
      throw invalid("failed to parse the request JSON buffer: " + e.getMessage());
    }
  }

  private static void requireOwnRepository(Route route) {
    if (route.repository()) {
      throw new InferenceException(
          FailureCode.UNIMPLEMENTED, "'repository_name' specification is not supported");
    }
  }

  private static void requireName(String model, String failed) {
    if (!ModelNames.isValid(model)) {
      throw invalid(
          failed
              + ", model name (expected: 1 to "
              + ModelNames.MAX_LENGTH
              + " of letters, digits, '-', '_', '.', not beginning with '.')");
    }
  }

  private static FailureCode codeOf(Throwable failure) {
    return Failures.unwrap(failure) instanceof InferenceException known
        ? known.failure().code()
        : FailureCode.INTERNAL;
  }

  /** Control being disabled keeps Triton's words; any other failure says of what. */
  private static RuntimeException explained(String failed, Throwable failure) {
    if (!(Failures.unwrap(failure) instanceof InferenceException known)) {
      return new CompletionException(failure);
    }
    Failure cause = known.failure();
    if (cause.message().equals(RepositoryControl.DISABLED_MESSAGE)) {
      return known;
    }
    String message =
        cause.message().startsWith(failed) ? cause.message() : failed + ", " + cause.message();
    return new Failure(cause.code(), message, cause.retryAfter()).toException();
  }
}
