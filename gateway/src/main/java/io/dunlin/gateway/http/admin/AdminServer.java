package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin port's HTTP server: JSON in and out, failures from the one catalogue. */
public final class AdminServer {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final int MAX_BODY = 1 << 20;
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final AdminApi api;
  private final ObjectMapper json = new ObjectMapper();

  public AdminServer(ActorSystem<?> system, AdminApi api) {
    this.system = system;
    this.api = api;
  }

  /** Binds the port; the stage fails when it is taken. */
  public CompletionStage<ServerBinding> bind(String host, int port, Duration shutdownDeadline) {
    Function<HttpRequest, CompletionStage<HttpResponse>> handler = this::handle;
    return Http.get(system)
        .newServerAt(host, port)
        .bind(handler)
        .thenApply(
            binding -> binding.addToCoordinatedShutdown(shutdownDeadline, system.classicSystem()));
  }

  private CompletionStage<HttpResponse> handle(HttpRequest http) {
    return http.entity()
        .withSizeLimit(MAX_BODY)
        .toStrict(BODY_TIMEOUT.toMillis(), system)
        .thenCompose(body -> api.handle(request(http, body.getData().toArray())))
        .exceptionally(this::failure)
        .thenApply(this::response);
  }

  private AdminRequest request(HttpRequest http, byte[] body) {
    List<String> segments =
        Arrays.stream(http.getUri().getPathString().split("/"))
            .filter(segment -> !segment.isEmpty())
            .toList();
    return new AdminRequest(
        http.method().name(), segments, body, name -> http.getHeader(name).map(HttpHeader::value));
  }

  private AdminResponse failure(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof InferenceException expected) {
      return AdminResponse.failure(json, expected.failure());
    }
    log.error("admin request failed", cause);
    return AdminResponse.failure(json, new Failure(FailureCode.INTERNAL, "internal error"));
  }

  private HttpResponse response(AdminResponse answer) {
    HttpResponse response =
        HttpResponse.create()
            .withStatus(StatusCodes.get(answer.status()))
            .withEntity(ContentTypes.APPLICATION_JSON, print(answer.body()));
    return answer.etag() == null
        ? response
        : response.addHeader(RawHeader.create("ETag", "\"" + answer.etag() + "\""));
  }

  private byte[] print(JsonNode body) {
    try {
      return (json.writerWithDefaultPrettyPrinter().writeValueAsString(body) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes always prints", e);
    }
  }
}
