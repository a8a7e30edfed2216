package io.dunlin.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A real HTTP server with canned answers, each used in turn and the last one kept. */
final class FakeServer implements AutoCloseable {

  record Asked(String method, String path, String body, String ifMatch) {}

  private record Reply(int status, String body) {}

  private final HttpServer server;
  private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
  private final List<Asked> asked = new ArrayList<>();

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  FakeServer on(String method, String path, int status, String body) {
    replies
        .computeIfAbsent(method + " " + path, key -> new ArrayDeque<>())
        .add(new Reply(status, body));
    return this;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
    asked.add(new Asked(method, path, body, ifMatch == null ? "" : ifMatch));
    Deque<Reply> turns = replies.getOrDefault(method + " " + path, new ArrayDeque<>());
    Reply reply =
        turns.isEmpty()
            ? new Reply(404, "no such page")
            : turns.size() > 1 ? turns.removeFirst() : turns.getFirst();
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
