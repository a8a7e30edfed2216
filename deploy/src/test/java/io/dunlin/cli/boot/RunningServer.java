package io.dunlin.cli.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dunlin.node.device.DeviceSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A whole process, gateway and node, in the test's JVM on free ports, with real TensorFlow. */
final class RunningServer implements AutoCloseable {
  static final Path EXAMPLES =
      Path.of(Objects.requireNonNull(System.getProperty("dunlin.examples"), "dunlin.examples"));
  static final ObjectMapper JSON = new ObjectMapper();

  private final DunlinProcess process;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String http;
  private final String admin;

  private RunningServer(DunlinProcess process, String http, String admin) {
    this.process = process;
    this.http = http;
    this.admin = admin;
  }

  static RunningServer start(Path models) throws Exception {
    DunlinProcess process =
        DunlinProcess.start(
            new ProcessSettings(
                Set.of(ProcessSettings.Role.GATEWAY, ProcessSettings.Role.NODE),
                "127.0.0.1",
                0,
                0,
                0,
                0,
                "dunlin",
                List.of(),
                models,
                null,
                "node-test",
                new DeviceSpec.Cpu(),
                OptionalLong.of(4L << 30),
                "",
                Map.of(),
                "0.1.0"),
            ModelProgress.NONE);
    DunlinProcess.Ready ready = process.ready().toCompletableFuture().get(120, TimeUnit.SECONDS);
    return new RunningServer(process, url(ready.http()), url(ready.admin()));
  }

  private static String url(@org.jspecify.annotations.Nullable InetSocketAddress address) {
    return "http://127.0.0.1:" + Objects.requireNonNull(address).getPort();
  }

  HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return post(path, HttpRequest.BodyPublishers.ofString(body), headers);
  }

  HttpResponse<String> post(String path, HttpRequest.BodyPublisher body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(http + path)).timeout(Duration.ofSeconds(60)).POST(body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<byte[]> postBytes(String path, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(http + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> method(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(http + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  JsonNode get(String path) throws Exception {
    return JSON.readTree(method("GET", path).body());
  }

  HttpResponse<String> admin(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(admin + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** The sample with this name, such as {@code fraud-detection-fraud}. */
  static String sample(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve("requests").resolve(name + ".json"));
  }

  JsonNode predict(String model, String sample) throws Exception {
    HttpResponse<String> response = post("/v1/models/" + model + ":predict", sample(sample));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  @Override
  public void close() throws Exception {
    process.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
