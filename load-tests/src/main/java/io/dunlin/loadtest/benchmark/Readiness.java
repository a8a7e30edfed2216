package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits until a server answers. */
final class Readiness {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final long RETRY_NANOS = 100_000_000;

  private Readiness() {}

  /**
   * Returns when a GET of the path is answered with 200.
   *
   * @throws IOException when the server's process ends, or does not get ready in two minutes
   */
  static void await(Servers.Listening server, String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + server.host() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .timeout(Duration.ofSeconds(5))
            .build();
    String last = "no answer";
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() - deadline < 0) {
        if (!server.jvm().isAlive()) {
          throw new IOException(server.jvm().name() + ": ended before it was ready; see its log");
        }
        try {
          HttpResponse<String> response =
              client.send(request, HttpResponse.BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return;
          }
          last = response.statusCode() + " " + response.body();
        } catch (IOException e) {
          last = e.toString();
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    throw new IOException(server.jvm().name() + ": " + path + " not ready: " + last);
  }
}
