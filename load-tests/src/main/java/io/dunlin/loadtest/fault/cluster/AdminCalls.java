package io.dunlin.loadtest.fault.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The admin API of one gateway, over HTTP. */
public final class AdminCalls implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final JsonMapper json = new JsonMapper();
  private final String root;

  /** What the API answered. */
  public record Reply(int status, JsonNode body) {
    public boolean isDone() {
      return status >= 200 && status < 300;
    }

    /** Whether this API has no such call. */
    public boolean isUnknownCall() {
      return status == 404 || status == 405 || status == 501;
    }

    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  AdminCalls(String host, int port) {
    root = "http://" + host + ":" + port;
  }

  public Reply get(String path) throws IOException {
    return send("GET", path, "", Duration.ofSeconds(3));
  }

  /** A change, which may take as long as models take to load. */
  public Reply change(String method, String path, String body) throws IOException {
    return send(method, path, body, Duration.ofSeconds(90));
  }

  private Reply send(String method, String path, String body, Duration timeout) throws IOException {
    HttpRequest.BodyPublisher publisher =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(root + path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode parsed = json.readTree(response.body());
      return new Reply(response.statusCode(), parsed == null ? MissingNode.getInstance() : parsed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
