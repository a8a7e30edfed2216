package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.shared.protocol.ControlProtocol;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The admin port on a real socket over a fake cluster with a controller actor of its own. */
final class AdminFixture implements AutoCloseable {
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final ClusterPicture picture = new ClusterPicture();
  final RoutingTables tables = new RoutingTables();
  final EventHistory history =
      new EventHistory("run", InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));
  final FakeCluster cluster = new FakeCluster(picture, tables, history);
  final AdminApi api;
  final String base;
  volatile boolean controllerAway;
  volatile String notReady = "";

  private record FixedText(String contentType, String text) implements TextSource {}

  AdminFixture() {
    ActorRef<ControlProtocol.Command> controller = kit.spawn(cluster.controller());
    ControllerEndpoint endpoint =
        (command, timeout) ->
            controllerAway
                ? CompletableFuture.failedFuture(new TimeoutException("away"))
                : AskPattern.ask(controller, command::apply, timeout, kit.system().scheduler());
    api =
        new AdminApi(
            new AdminApi.Sources(
                tables,
                picture,
                endpoint,
                history,
                () -> notReady,
                new FixedText("text/plain; version=0.0.4; charset=utf-8", "dunlin_up 1\n"),
                InstantSource.fixed(Instant.EPOCH.plusSeconds(90))));
    AdminServer server = new AdminServer(kit.system(), api, history, null);
    base =
        "http://127.0.0.1:"
            + server
                .bind("127.0.0.1", 0, Duration.ofSeconds(1))
                .toCompletableFuture()
                .join()
                .localAddress()
                .getPort();
  }

  HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send("GET", path, "");
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(response.body(), e);
    }
  }

  static String error(HttpResponse<String> response) {
    return response.statusCode() + " " + json(response).path("error").asText();
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
