package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.gateway.admission.RequestBudget;
import io.dunlin.shared.inference.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens on one client's connection, over real sockets. */
class ClientConnectionTest {
  private static final int SECONDS = 20;

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString("pekko.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final RequestBudget budget = new RequestBudget(1 << 20);
  private final Held api = new Held();
  private final InferenceServer server = server();
  private InetSocketAddress address = new InetSocketAddress(0);

  /** An API that answers when the test says so. */
  private static final class Held implements InferenceApi {
    private final BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
    private volatile boolean atOnce;

    private record Exchange(
        ApiRequest request,
        CompletableFuture<ApiResponse> answer,
        CompletableFuture<Boolean> gone) {}

    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
      Exchange exchange =
          new Exchange(request, new CompletableFuture<>(), new CompletableFuture<>());
      request.origin().caller().whenGone(() -> exchange.gone().complete(true));
      if (atOnce) {
        exchange.answer().complete(ApiResponse.json(200, "{}"));
      } else {
        exchanges.add(exchange);
      }
      return exchange.answer();
    }

    @Override
    public ApiResponse failure(Failure failure) {
      return ApiResponse.json(failure.code().httpStatus(), "{}");
    }

    private Exchange next() throws InterruptedException {
      return Objects.requireNonNull(exchanges.poll(SECONDS, TimeUnit.SECONDS), "a request");
    }
  }

  private InferenceServer server() {
    return new InferenceServer(
        kit.system(),
        new InferenceServerSettings(
            "127.0.0.1",
            0,
            1 << 16,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            InferenceServerSettings.DEFAULT_TENANT_HEADER),
        api,
        api,
        (shown, deadline, bytes, caller) -> CompletableFuture.completedFuture(shown.getAsBoolean()),
        budget,
        new RequestIds(new SplittableRandom(1)),
        (protocol, status) -> {},
        System::nanoTime);
  }

  @BeforeEach
  void bind() throws Exception {
    address = server.bind().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS).localAddress();
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    assertThat(budget.heldBytes()).as("bytes not given back").isZero();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(SECONDS * 1000);
    return socket;
  }

  private static void send(Socket socket, String body, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    OutputStream out = socket.getOutputStream();
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The status line and headers; the body, two bytes in these tests, is read and dropped. */
  private static List<String> readAnswer(BufferedReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      lines.add(line);
      line = in.readLine();
    }
    if (line != null) {
      assertThat(in.read()).isEqualTo('{');
      assertThat(in.read()).isEqualTo('}');
    }
    return lines;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  @Test
  void saysWhoseShareARequestUses() throws Exception {
    try (Socket socket = connect()) {
      BufferedReader in = reader(socket);
      send(socket, "{}", "X-Dunlin-Tenant: checkout");
      Held.Exchange exchange = api.next();
      assertThat(exchange.request().origin().tenant()).isEqualTo("checkout");
      exchange.answer().complete(ApiResponse.json(200, "{}"));
      readAnswer(in);
      send(socket, "{}", "X-Dunlin-Tenant: two words");
      assertThat(readAnswer(in).get(0)).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void refusalsSayWhenToComeBackInSecondsAndMilliseconds() throws Exception {
    try (Socket socket = connect()) {
      send(socket, "{}");
      api.next()
          .answer()
          .complete(
              new ApiResponse(
                  503,
                  ApiResponse.JSON,
                  new byte[] {'{', '}'},
                  2,
                  List.of(),
                  null,
                  Duration.ofMillis(120)));
      assertThat(readAnswer(reader(socket))).contains("Retry-After: 1", "Retry-After-Ms: 120");
    }
  }

  /** Clients that reconnect when told to: as keep-alive clients do. */
  @Test
  void aServerThatDrainsUnderLoadFailsNothingOnItsOpenConnections() throws Exception {
    api.atOnce = true;
    int clients = 8;
    AtomicInteger answers = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try {
      List<Future<List<String>>> lastAnswers = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        lastAnswers.add(pool.submit(() -> untilToldToClose(answers)));
      }
      while (answers.get() < 500) {
        Thread.onSpinWait();
      }
      server.startDraining();
      for (Future<List<String>> last : lastAnswers) {
        assertThat(last.get(SECONDS, TimeUnit.SECONDS)).contains("Connection: close");
      }
      while (server.openConnections() > 0) {
        Thread.onSpinWait();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private List<String> untilToldToClose(AtomicInteger answers) throws IOException {
    try (Socket socket = connect()) {
      BufferedReader in = reader(socket);
      List<String> answer;
      do {
        send(socket, "{}");
        answer = readAnswer(in);
        assertThat(answer.get(0)).startsWith("HTTP/1.1 200");
        answers.incrementAndGet();
      } while (!answer.contains("Connection: close"));
      assertThat(in.read()).as("the server closes").isEqualTo(-1);
      return answer;
    }
  }

  @Test
  void requestsUnderWayAreFinishedAndIdleConnectionsClosedWhenTheServerStops() throws Exception {
    try (Socket socket = connect();
        Socket idle = connect()) {
      BufferedReader idleReader = reader(idle);
      send(idle, "{}");
      api.next().answer().complete(ApiResponse.json(200, "{}"));
      readAnswer(idleReader);
      send(socket, "{}");
      Held.Exchange exchange = api.next();
      CompletionStage<?> finished = server.finish(Duration.ofSeconds(SECONDS));
      assertThat(idleReader.read()).as("closed without a reset").isEqualTo(-1);
      assertThat(exchange.gone()).isNotDone();
      assertThat(finished.toCompletableFuture()).isNotDone();
      exchange.answer().complete(ApiResponse.json(200, "{}"));
      assertThat(readAnswer(reader(socket)).get(0)).startsWith("HTTP/1.1 200");
      finished.toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      assertThat(server.openConnections()).isZero();
    }
  }
}
