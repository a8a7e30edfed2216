package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.gateway.http.ApiRequest;
import io.dunlin.gateway.http.ApiResponse;
import io.dunlin.gateway.http.AskAgainException;
import io.dunlin.gateway.pipeline.Caller;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The API over fakes, with {@code simple} version 1 and an {@code identity} of every type. */
final class Fixture {
  static final long ARRIVAL_NANOS = 5_000_000_000L;
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static final ObjectMapper MAPPER =
      new ObjectMapper().configure(JsonParser.Feature.ALLOW_NON_NUMERIC_NUMBERS, true);

  final FakeModels models = new FakeModels();
  final ComputingService service = new ComputingService();
  final FakeHealth health = new FakeHealth();
  final FakeControl control = new FakeControl();
  final InferenceStatistics statistics = new InferenceStatistics(8, InstantSource.fixed(NOW));
  final OpenInferenceApi api;
  int draw;

  /** Why the last request is worth asking again; null when it is not. */
  @Nullable AskAgainException again;

  private long nanos = ARRIVAL_NANOS;

  Fixture() {
    this(64 << 20, 64 << 20);
  }

  Fixture(int maxTensorBytes, int maxResponseBytes) {
    models.ready("simple", 1, FakeModels.sums());
    DataType[] types = DataType.values();
    Signature[] signatures = new Signature[types.length + 1];
    for (int i = 0; i < types.length; i++) {
      signatures[i] = FakeModels.identity(types[i]);
    }
    signatures[types.length] = FakeModels.identity("serving_default", DataType.FLOAT);
    models.ready("identity", 1, signatures);
    for (DataType type : types) {
      models.ready("identity_" + type.label(), 1, FakeModels.identity("serving_default", type));
    }
    api =
        new OpenInferenceApi(
            models,
            service,
            new OpenInferenceSettings("dunlin", "0.1.0", maxTensorBytes, maxResponseBytes),
            health,
            control,
            statistics,
            model -> 32,
            () -> draw,
            // Each reading is a microsecond later.
            () -> nanos += 1_000);
  }

  static final class FakeHealth implements ServerHealth {
    boolean live = true;
    boolean ready = true;

    @Override
    public boolean live() {
      return live;
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public String reason() {
      return ready ? "" : "2 of 3 models are loading";
    }
  }

  /** Loads and unloads by noting it, or fails as told. */
  static final class FakeControl implements RepositoryControl {
    final Map<String, String> done = new HashMap<>();
    @Nullable RuntimeException failure;

    @Override
    public CompletionStage<Void> load(String model) {
      return act(model, "load");
    }

    @Override
    public CompletionStage<Void> unload(String model) {
      return act(model, "unload");
    }

    private CompletionStage<Void> act(String model, String action) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      done.put(model, action);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** A request under construction. */
  final class Call {
    private final String method;
    private final String path;
    private byte[] body = new byte[0];
    private final Map<String, String> headers = new HashMap<>();
    private @Nullable Duration timeout;
    private Priority priority = Priority.DEFAULT;

    private Call(String method, String path) {
      this.method = method;
      this.path = path;
    }

    Call body(String json) {
      return body(json.getBytes(StandardCharsets.UTF_8));
    }

    Call body(byte[] bytes) {
      body = bytes;
      return this;
    }

    /** The JSON, its length in the header, and the binary behind it. */
    Call body(String json, byte[]... binary) {
      byte[] head = json.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      joined.writeBytes(head);
      for (byte[] part : binary) {
        joined.writeBytes(part);
      }
      header(InferBody.HEADER_LENGTH, Integer.toString(head.length));
      return body(joined.toByteArray());
    }

    Call header(String name, String value) {
      headers.put(name.toLowerCase(Locale.ROOT), value);
      return this;
    }

    Call timeout(Duration value) {
      timeout = value;
      return this;
    }

    Call priority(int urgency) {
      priority = new Priority(urgency);
      return this;
    }

    Answer send() {
      return send(api);
    }

    Answer send(OpenInferenceApi target) {
      // The body lies within a larger array, as the front may hand it over.
      int offset = 7;
      byte[] array = new byte[offset + body.length + 5];
      System.arraycopy(body, 0, array, offset, body.length);
      ApiRequest request =
          new ApiRequest(
              method,
              path,
              array,
              offset,
              body.length,
              name -> Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))),
              "request-1",
              timeout,
              priority,
              new Origin(Caller.PATIENT, "", Origin.Protocol.OPEN_INFERENCE_REST, ARRIVAL_NANOS));
      return new Answer(asServerWouldInVain(target, request));
    }

    /** What is worth asking again is noted, and answered as if nothing had changed in time. */
    private ApiResponse asServerWouldInVain(OpenInferenceApi target, ApiRequest request) {
      again = null;
      try {
        return target.handle(request).toCompletableFuture().join();
      } catch (AskAgainException e) {
        again = e;
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof AskAgainException asked)) {
          throw e;
        }
        again = asked;
      }
      return target.failure(again.failure());
    }
  }

  record Answer(ApiResponse response) {
    int status() {
      return response.status();
    }

    Optional<String> header(String name) {
      return response.headers().stream()
          .filter(header -> header.name().equalsIgnoreCase(name))
          .map(ApiResponse.Header::value)
          .findFirst();
    }

    int jsonLength() {
      return header(InferBody.HEADER_LENGTH).map(Integer::parseInt).orElse(response.bodyLength());
    }

    String text() {
      return new String(response.body(), 0, jsonLength(), StandardCharsets.UTF_8);
    }

    byte[] binary() {
      return Arrays.copyOfRange(response.body(), jsonLength(), response.bodyLength());
    }

    JsonNode json() {
      return parse(text());
    }

    String error() {
      return json().path("error").asText();
    }
  }

  Call get(String path) {
    return new Call("GET", path);
  }

  Call post(String path) {
    return new Call("POST", path);
  }

  Call call(String method, String path) {
    return new Call(method, path);
  }

  Answer infer(String model, String json) {
    return post("/v2/models/" + model + "/infer").body(json).send();
  }

  /** The document of an inference that must succeed. */
  JsonNode inferred(String model, String json) {
    Answer answer = infer(model, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  /** The error of an inference that must be refused before the model is asked. */
  String refused(String model, String json) {
    Answer answer = infer(model, json);
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().path("code").asText()).isEqualTo("invalid_argument");
    assertThat(service.requests).isEmpty();
    return answer.error();
  }

  InferenceStatistics.VersionStatistics counted(String model) {
    return statistics.snapshot(new ModelVersionId(model, 1));
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
