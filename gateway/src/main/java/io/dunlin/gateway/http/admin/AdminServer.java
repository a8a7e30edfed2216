package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The admin port's HTTP server: JSON in and out, failures from the one catalogue. */
public final class AdminServer {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private final ActorSystem<?> system;
  private final AdminApi api;
  private final EventHistory history;
  private final @Nullable Function<HttpRequest, CompletionStage<HttpResponse>> clusterRoutes;
  private final AdminBody body;
  private final EventStreams streams;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param history what event streams read; ended when the process shuts down
   * @param clusterRoutes answers everything below {@code /cluster}; null for nothing there
   */
  public AdminServer(
      ActorSystem<?> system,
      AdminApi api,
      EventHistory history,
      @Nullable Function<HttpRequest, CompletionStage<HttpResponse>> clusterRoutes) {
    this.system = system;
    this.api = api;
    this.history = history;
    this.clusterRoutes = clusterRoutes;
    this.body = new AdminBody(system);
    this.streams = new EventStreams(system, history);
  }

  /** Binds the port; the stage fails when it is taken. */
  public CompletionStage<ServerBinding> bind(String host, int port, Duration shutdownDeadline) {
    // streams never end by themselves, and an unbinding port waits for what is under way
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceUnbind(),
            "end-event-streams",
            () -> {
              history.close();
              return CompletableFuture.completedFuture(Done.getInstance());
            });
    Function<HttpRequest, CompletionStage<HttpResponse>> handler = this::handle;
    return Http.get(system)
        .newServerAt(host, port)
        .bind(handler)
        .thenApply(
            binding -> binding.addToCoordinatedShutdown(shutdownDeadline, system.classicSystem()));
  }

  private CompletionStage<HttpResponse> handle(HttpRequest http) throws Exception {
    if (clusterRoutes != null && http.getUri().getPathString().startsWith("/cluster/")) {
      return clusterRoutes.apply(http);
    }
    return body.read(http)
        .thenCompose(bytes -> api.handle(request(http, bytes)))
        .exceptionally(this::failure)
        .thenApply(this::response);
  }

  private static AdminRequest request(HttpRequest http, byte[] body) {
    return new AdminRequest(
        http.method().name(),
        segments(http.getUri().getPathString()),
        body,
        name -> header(http, name),
        query(http));
  }

  /** Pekko keeps the media type with the body, not among the headers. */
  private static Optional<String> header(HttpRequest http, String name) {
    return name.equalsIgnoreCase("Content-Type")
        ? Optional.of(http.entity().getContentType().toString())
        : http.getHeader(name).map(HttpHeader::value);
  }

  private static java.util.function.Function<String, Optional<String>> query(HttpRequest http) {
    Map<String, String> query;
    try {
      query = http.getUri().query().toMap();
    } catch (RuntimeException e) {
      throw Bodies.invalid(
          "query: '"
              + http.getUri().rawQueryString().orElse("")
              + "'"
              + " (expected: name=value pairs)");
    }
    return name -> Optional.ofNullable(query.get(name));
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty()) {
        try {
          segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          throw Bodies.invalid("path: '" + path + "' (expected: well-formed percent escapes)");
        }
      }
    }
    return segments;
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
    List<HttpHeader> headers = new ArrayList<>();
    answer.headers().forEach(h -> headers.add(RawHeader.create(h.getKey(), h.getValue())));
    return HttpResponse.create()
        .withStatus(StatusCodes.get(answer.status()))
        .withHeaders(headers)
        .withEntity(entity(answer.content()));
  }

  private ResponseEntity entity(AdminResponse.Content content) {
    return switch (content) {
      case AdminResponse.Json document ->
          HttpEntities.create(ContentTypes.APPLICATION_JSON, print(document.document()));
      case AdminResponse.Text text ->
          HttpEntities.create(ContentTypes.parse(text.contentType()), text.bytes());
      case AdminResponse.EventStream stream -> streams.entity(stream.after());
    };
  }

  private byte[] print(JsonNode document) {
    try {
      return (json.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes always prints", e);
    }
  }
}
