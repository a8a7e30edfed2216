package io.dunlin.loadtest.server;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function;

/**
 * The floor of an HTTP server on this stack: Pekko HTTP's low-level API answering each request with
 * its own body, no routing, no decoding. {@code EchoServer PORT}, on the loopback address.
 *
 * <p>Pekko's settings are its defaults: no part of Dunlin's configuration helps or hinders it.
 */
public final class EchoServer {
  private static final long TO_STRICT_MILLIS = 10_000;

  private EchoServer() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    ActorSystem system = ActorSystem.create("echo", settings());
    Http.get(system)
        .newServerAt("127.0.0.1", port)
        .bind((Function<HttpRequest, CompletionStage<HttpResponse>>) r -> answer(r, system))
        .toCompletableFuture()
        .get();
    System.out.println("echo on " + port);
  }

  private static Config settings() {
    return ConfigFactory.parseString(
            """
            pekko.fail-mixed-versions = off
            pekko.loglevel = WARNING
            pekko.loggers = ["org.apache.pekko.event.Logging$DefaultLogger"]
            pekko.logger-startup-timeout = 60s
            pekko.actor.provider = local
            pekko.http.server.parsing.max-content-length = 128m
            """)
        .withFallback(ConfigFactory.defaultReference());
  }

  private static CompletionStage<HttpResponse> answer(HttpRequest request, ActorSystem system) {
    // What fits one read arrives strict already; larger bodies are collected first, as a server
    // that decodes them must.
    if (request.entity() instanceof HttpEntity.Strict strict) {
      return CompletableFuture.completedFuture(echo(strict));
    }
    return request.entity().toStrict(TO_STRICT_MILLIS, system).thenApply(EchoServer::echo);
  }

  private static HttpResponse echo(HttpEntity.Strict body) {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(body.getContentType(), body.getData()));
  }
}
