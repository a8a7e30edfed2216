package io.dunlin.gateway.http.tfserving;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.AskAgainException;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.pipeline.Caller;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The API over fake models, and what a test says to it. */
final class ApiFixture {
  static final TfServingSettings SMALL = new TfServingSettings(1 << 20, 1 << 22, false);

  final FakeModels models = new FakeModels();
  final FakeInference inference = new FakeInference();
  final TfServingApi api;
  int draw;

  /** Why the last request is worth asking again; null when it is not. */
  @Nullable AskAgainException again;

  ApiFixture() {
    this(SMALL);
  }

  ApiFixture(TfServingSettings settings) {
    api = new TfServingApi(models, inference, settings, () -> draw);
  }

  ApiResponse call(String method, String path, byte[] body, Map<String, String> headers) {
    // a body need not begin where its array does
    byte[] shifted = new byte[body.length + 5];
    System.arraycopy(body, 0, shifted, 2, body.length);
    ApiRequest request =
        new ApiRequest(
            method,
            path,
            shifted,
            2,
            body.length,
            name -> Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))),
            "request-1",
            null,
            Priority.DEFAULT,
            new Origin(Caller.PATIENT, "", Origin.Protocol.TFSERVING_REST, 1_000L));
    return call(request);
  }

  ApiResponse call(ApiRequest request) {
    again = null;
    try {
      CompletableFuture<ApiResponse> future = api.handle(request).toCompletableFuture();
      assertThat(future).isDone();
      return future.join();
    } catch (AskAgainException e) {
      again = e;
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof AskAgainException asked)) {
        throw e;
      }
      again = asked;
    }
    // as the server would, had nothing changed in time
    return api.failure(again.failure());
  }

  ApiResponse get(String path) {
    return call("GET", path, new byte[0], Map.of());
  }

  ApiResponse post(String path, String body) {
    return call("POST", path, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  ApiResponse predict(String model, String body) {
    return post("/v1/models/" + model + ":predict", body);
  }

  /** The answer to a predict call that must succeed. */
  String predicted(String model, String body) {
    ApiResponse response = predict(model, body);
    assertThat(text(response)).isNotNull();
    assertThat(response.status()).as(text(response)).isEqualTo(200);
    assertThat(response.result()).isNotNull();
    return text(response);
  }

  /** The error text of an answer, whose body must be of TensorFlow Serving's shape. */
  static String error(ApiResponse response) {
    assertThat(response.contentType()).isEqualTo("application/json");
    JsonReader in = new JsonReader(response.body(), 0, response.bodyLength());
    assertThat(in.enterObject()).isTrue();
    assertThat(in.key()).isEqualTo("error");
    String message = in.readString();
    assertThat(in.nextMember()).isFalse();
    assertThat(in.remaining()).isZero();
    return message;
  }

  void assertPredictError(String model, String body, int status, String... phrases) {
    ApiResponse response = predict(model, body);
    assertThat(response.status()).as(text(response)).isEqualTo(status);
    assertThat(error(response)).contains(phrases);
  }

  static String text(ApiResponse response) {
    return new String(response.body(), 0, response.bodyLength(), StandardCharsets.UTF_8);
  }

  Tensor lastInput(int index) {
    return Objects.requireNonNull(inference.last).inputs().get(index);
  }

  static ApiRequest request(
      String path, byte[] body, @Nullable Duration timeout, Priority priority) {
    return new ApiRequest(
        "POST",
        path,
        body,
        0,
        body.length,
        name -> Optional.empty(),
        "request-2",
        timeout,
        priority,
        new Origin(Caller.PATIENT, "", Origin.Protocol.TFSERVING_REST, 5_000L));
  }
}
