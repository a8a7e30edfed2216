package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The front over real sockets, before any protocol: an API that echoes the body. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InferenceServerTest {
  private static final int MAX_BODY = 1 << 20;

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final RequestBudget budget = new RequestBudget(2L * MAX_BODY);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private String base = "";

  /** Requests that wait until the test answers them. */
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

  /**
   * @param gone completed when the caller has left
   */
  private record Waiting(CompletableFuture<ApiResponse> answer, CompletableFuture<Boolean> gone) {}

  /** Requests that were told to ask again later; {@code over} tells them when. */
  private final BlockingQueue<Coming> comings = new LinkedBlockingQueue<>();

  private record Coming(BooleanSupplier shown, long bytes, CompletableFuture<Boolean> over) {}

  private volatile boolean here;

  /** What was counted of responses. */
  private final BlockingQueue<String> responses = new LinkedBlockingQueue<>();

  private final class Echo implements InferenceApi {
    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
      if (request.path().endsWith("/bug")) {
        throw new IllegalStateException("a bug");
      }
      if (request.path().endsWith("/soon") && !here) {
        throw new AskAgainException(
            new Failure(FailureCode.UNAVAILABLE, "not here", Duration.ofSeconds(1)),
            () -> here,
            Deadline.after(request.arrivalNanos(), Duration.ofSeconds(5)));
      }
      if (request.path().endsWith("/wait")) {
        CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        request
            .origin()
            .caller()
            .whenGone(
                () -> {
                  gone.complete(true);
                  answer.completeExceptionally(
                      new InferenceException(FailureCode.CANCELLED, "gone"));
                });
        waiting.add(new Waiting(answer, gone));
        return answer;
      }
      byte[] body =
          Arrays.copyOfRange(
              request.body(), request.bodyOffset(), request.bodyOffset() + request.bodyLength());
      return CompletableFuture.completedFuture(
          new ApiResponse(200, ApiResponse.JSON, body, body.length, List.of(), null, null));
    }

    @Override
    public ApiResponse failure(Failure failure) {
      byte[] text = utf8("{\"error\": \"" + failure.message() + "\"}");
      return new ApiResponse(
          failure.code().httpStatus(),
          ApiResponse.JSON,
          text,
          text.length,
          List.of(),
          null,
          failure.retryAfter());
    }
  }

  @BeforeAll
  void bind() throws Exception {
    InetSocketAddress address = server().bind().toCompletableFuture().get().localAddress();
    base = "http://127.0.0.1:" + address.getPort();
  }

  private InferenceServer server() {
    return new InferenceServer(
        kit.system(),
        new InferenceServerSettings(
            "127.0.0.1",
            0,
            MAX_BODY,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            InferenceServerSettings.DEFAULT_TENANT_HEADER),
        new Echo(),
        new Echo(),
        (shown, deadline, bytes, caller) -> {
          CompletableFuture<Boolean> over = new CompletableFuture<>();
          comings.add(new Coming(shown, bytes, over));
          return over;
        },
        budget,
        new RequestIds(new SplittableRandom(1)),
        (protocol, status) -> responses.add(protocol + " " + status),
        System::nanoTime);
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
    assertThat(budget.heldBytes()).as("bytes not given back").isZero();
  }

  private HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> postUnchecked(String path, byte[] body) {
    try {
      return post(path, body);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void echoesTheRequestIdOrMakesOneUp() throws Exception {
    assertThat(post("/v1/x", utf8("a"), "X-Request-Id", "abc").headers().firstValue("x-request-id"))
        .contains("abc");
    assertThat(post("/v1/x", utf8("a")).headers().firstValue("x-request-id").orElse(""))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void whatIsOnlyComingIsAskedAgainWithTheSameBodyWhenItIsThere() throws Exception {
    here = false;
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> postUnchecked("/v1/soon", utf8("{}")));
    Coming coming = Objects.requireNonNull(comings.poll(5, TimeUnit.SECONDS));
    assertThat(coming.bytes()).isEqualTo(2);
    assertThat(coming.shown().getAsBoolean()).isFalse();
    here = true;
    coming.over().complete(true);
    assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(answer.get().body()).isEqualTo("{}");
  }

  @Test
  void whatDoesNotComeInTimeIs503WithATimeToTryAgain() throws Exception {
    here = false;
    CompletableFuture<HttpResponse<String>> answer =
        CompletableFuture.supplyAsync(() -> postUnchecked("/v2/soon", utf8("{}")));
    Objects.requireNonNull(comings.poll(5, TimeUnit.SECONDS)).over().complete(false);
    assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    assertThat(answer.get().headers().firstValue("retry-after")).contains("1");
  }

  @Test
  void everyResponseIsCountedWhoeverGaveIt() throws Exception {
    responses.clear();
    post("/v1/x", utf8("a"));
    post("/v2/x", new byte[MAX_BODY + 1]);
    post("/v1/x", utf8("a"), "X-Request-Timeout-Ms", "soon");
    post("/v2/bug", utf8("a"));
    post("/v3/x", utf8("a"));
    assertThat(responses)
        .containsExactly(
            "TFSERVING_REST 200",
            "OPEN_INFERENCE_REST 413",
            "TFSERVING_REST 400",
            "OPEN_INFERENCE_REST 500",
            "null 404");
  }

  @Test
  void aPathOfNoProtocolIs404WithAHint() throws Exception {
    HttpResponse<String> response = post("/v3/x", utf8("a"));
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("\"error\"");
  }

  @Test
  void readsBodiesUpToTheLimitAndRefusesOneByteMore() throws Exception {
    assertThat(post("/v1/x", new byte[MAX_BODY]).statusCode()).isEqualTo(200);
    HttpResponse<String> tooLarge = post("/v1/x", new byte[MAX_BODY + 1]);
    assertThat(tooLarge.statusCode()).isEqualTo(413);
    assertThat(tooLarge.body()).contains("expected: <= " + MAX_BODY + " bytes");
  }

  @Test
  void aBodyFarOverTheLimitIsAnsweredToo() throws Exception {
    assertThat(post("/v2/x", new byte[40 << 20]).statusCode()).isEqualTo(413);
  }

  @Test
  void aChunkedBodyOverTheLimitIsRefused() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/x"))
            .POST(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofByteArrays(
                        java.util.Collections.nCopies(20, new byte[100_000]))))
            .build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
  }

  @Test
  void inflatesGzipAndDeflateWithinTheSameLimit() throws Exception {
    assertThat(post("/v1/x", gzip(utf8("{}")), "Content-Encoding", "gzip").body()).isEqualTo("{}");
    ByteArrayOutputStream zlib = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
      out.write(utf8("{\"a\": 1}"));
    }
    assertThat(post("/v2/x", zlib.toByteArray(), "Content-Encoding", "deflate").body())
        .isEqualTo("{\"a\": 1}");
    HttpResponse<String> bomb = post("/v1/x", gzip(new byte[8 << 20]), "Content-Encoding", "gzip");
    assertThat(bomb.statusCode()).isEqualTo(413);
    assertThat(bomb.body()).contains("once decompressed");
  }

  @Test
  void aBodyThatIsNotInItsEncodingIsTheClientsMistake() throws Exception {
    assertThat(post("/v1/x", utf8("plain"), "Content-Encoding", "gzip").statusCode())
        .isEqualTo(400);
    assertThat(post("/v1/x", utf8("plain"), "Content-Encoding", "br").statusCode()).isEqualTo(501);
  }

  @Test
  void aTimeoutThatIsNoPositiveNumberIsRefusedByName() throws Exception {
    for (String bad : new String[] {"0", "-5", "soon", "99999999999"}) {
      HttpResponse<String> response = post("/v1/x", utf8("a"), "X-Request-Timeout-Ms", bad);
      assertThat(response.statusCode()).as(bad).isEqualTo(400);
      assertThat(response.body()).contains("X-Request-Timeout-Ms: '" + bad + "'");
    }
  }

  @Test
  void aBugIs500WithTheRequestIdAndTheServerGoesOn() throws Exception {
    HttpResponse<String> response = post("/v1/bug", utf8("a"), "X-Request-Id", "req-7");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("req-7").doesNotContain("IllegalState");
    assertThat(post("/v1/x", utf8("a")).statusCode()).isEqualTo(200);
  }

  @Test
  void anAnswerFromAnotherThreadReachesItsConnection() throws Exception {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(base + "/v1/wait")).build(),
            HttpResponse.BodyHandlers.ofString());
    taken().answer().complete(ApiResponse.json(200, "{\"late\": true}"));
    assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"late\": true}");
  }

  @Test
  void aRequestIsToldThatItsClientClosedTheConnection() throws Exception {
    try (Socket socket = sendsAndWaits()) {
      Waiting request = taken();
      assertThat(request.gone()).isNotDone();
      socket.close();
      assertThat(request.gone().get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aRequestIsToldThatItsClientResetTheConnection() throws Exception {
    try (Socket socket = sendsAndWaits()) {
      Waiting request = taken();
      socket.setSoLinger(true, 0);
      socket.close();
      assertThat(request.gone().get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aClientThatWantsItsConnectionClosedStillWaits() throws Exception {
    CompletableFuture<String> answer;
    try (Socket socket = sendsAndWaits("Connection: close\r\n")) {
      Waiting request = taken();
      answer = CompletableFuture.supplyAsync(() -> readAll(socket));
      request.answer().complete(ApiResponse.json(200, "{\"late\": true}"));
      assertThat(answer.get(10, TimeUnit.SECONDS)).contains("200 OK", "{\"late\": true}");
      assertThat(request.gone()).isNotDone();
    }
  }

  @Test
  void aServerThatStopsAnswersWhatItHasTaken() throws Exception {
    InferenceServer server = server();
    ServerBinding binding = server.bind().toCompletableFuture().get();
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + "/v1/wait"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Waiting request = taken();
    CompletableFuture<Done> stopped = server.finish(Duration.ofSeconds(10)).toCompletableFuture();
    assertThat(stopped).isNotDone();
    assertThat(request.gone()).isNotDone();
    request.answer().complete(ApiResponse.json(200, "{\"late\": true}"));
    assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo("{\"late\": true}");
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isNotNull();
    binding.unbind();
  }

  private static String readAll(Socket socket) {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void requestsOfOneConnectionAreAnsweredInTheirOrder() throws Exception {
    try (Socket socket = sendsAndWaits()) {
      socket.getOutputStream().write(utf8("POST /v1/x HTTP/1.1\r\nHost: a\r\n"));
      socket.getOutputStream().write(utf8("Content-Length: 6\r\nConnection: close\r\n\r\nsecond"));
      socket.getOutputStream().flush();
      taken().answer().complete(ApiResponse.json(200, "first"));
      assertThat(readAll(socket)).containsSubsequence("200 OK", "first", "200 OK", "second");
    }
  }

  private Socket sendsAndWaits() throws Exception {
    return sendsAndWaits("");
  }

  private Socket sendsAndWaits(String headers) throws Exception {
    Socket socket = new Socket("127.0.0.1", URI.create(base).getPort());
    socket
        .getOutputStream()
        .write(
            utf8(
                "POST /v1/wait HTTP/1.1\r\nHost: a\r\n" + headers + "Content-Length: 2\r\n\r\n{}"));
    socket.getOutputStream().flush();
    return socket;
  }

  private Waiting taken() throws InterruptedException {
    return Objects.requireNonNull(waiting.poll(10, TimeUnit.SECONDS), "a request within 10 s");
  }

  private static byte[] gzip(byte[] body) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(body);
    }
    return packed.toByteArray();
  }
}
