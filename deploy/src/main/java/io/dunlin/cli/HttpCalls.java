package io.dunlin.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * HTTP to one server, with failures told in one line. Always HTTP/1.1: an upgrade to HTTP/2 in
 * clear text breaks large bodies on servers that offer it.
 */
final class HttpCalls {

  /** An answer of any status. */
  record Answer(int status, String body, Map<String, String> headers) {

    boolean isSuccess() {
      return status >= 200 && status < 300;
    }
  }

  private final URI base;
  private final String option;
  private final Duration timeout;
  private final HttpClient client;

  /**
   * @param url where the server is, such as {@code http://127.0.0.1:8502}
   * @param option the option a person gives to name another server, for the error's advice
   * @param timeout for the whole answer
   */
  HttpCalls(String url, String option, Duration timeout) {
    this.base = base(url, option);
    this.option = option;
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(
                timeout.compareTo(Duration.ofSeconds(5)) < 0 ? timeout : Duration.ofSeconds(5))
            .build();
  }

  Answer send(String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(timeout)
            .header("Accept", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      Map<String, String> first = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      response.headers().map().forEach((name, values) -> first.put(name, values.getFirst()));
      return new Answer(response.statusCode(), response.body(), first);
    } catch (ConnectException e) {
      throw new CliException(
          "nothing answers at " + base + ": start Dunlin (./dunlin up), or name it with " + option,
          e);
    } catch (HttpTimeoutException e) {
      throw new CliException(
          base
              + " did not answer within "
              + Amounts.seconds(timeout)
              + " ("
              + method
              + " "
              + path
              + ")",
          e);
    } catch (IOException e) {
      throw new CliException(
          base + " broke the connection (" + method + " " + path + "): " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted while waiting for " + base, e);
    }
  }

  URI base() {
    return base;
  }

  private static URI base(String url, String option) {
    String text = url.contains("://") ? url : "http://" + url;
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null) {
        throw new CliException(option + ": " + url + " (expected: http://HOST:PORT)");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new CliException(option + ": " + url + " (expected: http://HOST:PORT)", e);
    }
  }
}
