package io.dunlin.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real server in this process; each run is a fraction of a second. */
class LoadGeneratorTest {
  private static final Duration WARMUP = Duration.ofMillis(50);
  private static final Duration LENGTH = Duration.ofMillis(250);
  private static final byte[] BODY = "{\"instances\": [1.0]}".getBytes(StandardCharsets.UTF_8);

  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private HttpServer server = unstarted();

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aClosedLoopGetsRightAnswersOnAllItsConnections() throws Exception {
    serve(LoadGeneratorTest::echo);
    LoadResult result = LoadGenerator.run(closedLoop(4, AnswerCheck.sameBytes(BODY)));
    assertThat(result.objections()).isEmpty();
    assertThat(result.ok()).isPositive();
    assertThat(result.total()).isEqualTo(result.ok());
    assertThat(result.bodiesChecked()).isPositive();
    assertThat(result.okMillis(50)).isPositive();
  }

  @Test
  void anOpenLoopSendsExactlyWhatIsScheduled() throws Exception {
    serve(LoadGeneratorTest::echo);
    LoadResult result = LoadGenerator.run(openLoop(200, 8));
    assertThat(result.objections()).isEmpty();
    assertThat(result.total()).isEqualTo(50);
    assertThat(result.ok()).isEqualTo(50);
  }

  @Test
  void anOpenLoopChargesAStallToEveryRequestDueInIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve(
        exchange -> {
          if (calls.getAndIncrement() == 20) {
            LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
          }
          echo(exchange);
        });
    LoadResult result = LoadGenerator.run(openLoop(200, 1));
    assertThat(result.total()).isEqualTo(50);
    // One request in fifty stalled, but those due meanwhile waited with it.
    assertThat(result.okMillis(80)).isGreaterThan(30);
  }

  @Test
  void aWrongBodyIsToldFromARightOne() throws Exception {
    serve(LoadGeneratorTest::echo);
    LoadResult result = LoadGenerator.run(closedLoop(1, answer -> Optional.of("not mine")));
    assertThat(result.count(Outcome.WRONG)).isPositive();
    assertThat(result.objections().get(0)).isEqualTo("test: not mine");
  }

  @Test
  void refusalsAndFailuresAreCountedApart() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve(exchange -> respond(exchange, calls.getAndIncrement() % 2 == 0 ? 503 : 400, BODY));
    LoadResult result = LoadGenerator.run(closedLoop(1, AnswerCheck.none()));
    assertThat(result.ok()).isZero();
    assertThat(result.count(Outcome.REFUSED)).isPositive();
    assertThat(result.count(Outcome.FAILED)).isPositive();
    assertThat(result.objections().get(0)).startsWith("test: 503 {");
  }

  @Test
  void brokenConnectionsAreCountedAndReplaced() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    serve(
        exchange -> {
          if (calls.getAndIncrement() % 10 == 0) {
            throw new IOException("the handler fails, so the server hangs up");
          }
          echo(exchange);
        });
    LoadResult result = LoadGenerator.run(closedLoop(2, AnswerCheck.sameBytes(BODY)));
    assertThat(result.count(Outcome.BROKEN)).isPositive();
    assertThat(result.ok()).isGreaterThan(result.count(Outcome.BROKEN));
  }

  @Test
  void aServerThatClosesAfterEachAnswerIsServedByNewConnections() throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Connection", "close");
          echo(exchange);
        });
    LoadResult result = LoadGenerator.run(closedLoop(2, AnswerCheck.sameBytes(BODY)));
    assertThat(result.ok()).isGreaterThan(2);
    assertThat(result.total()).isEqualTo(result.ok());
  }

  @Test
  void whatIsNeverAnsweredIsCountedInTheEnd() throws Exception {
    serve(exchange -> {}); // takes the request and keeps silent
    LoadPlan plan =
        new LoadPlan(
            server.getAddress(),
            List.of(request(AnswerCheck.none())),
            2,
            Optional.of(() -> Arrivals.constant(100)),
            Duration.ZERO,
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            1);
    LoadResult result = LoadGenerator.run(plan);
    assertThat(result.count(Outcome.UNANSWERED)).isEqualTo(10);
    assertThat(result.total()).isEqualTo(10);
  }

  @Test
  void aServerThatIsNotThereIsCountedAsUnanswered() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
    LoadPlan plan =
        new LoadPlan(
            nobody,
            List.of(request(AnswerCheck.none())),
            2,
            Optional.of(() -> Arrivals.constant(100)),
            Duration.ZERO,
            Duration.ofMillis(50),
            Duration.ofMillis(10),
            1);
    assertThat(LoadGenerator.run(plan).count(Outcome.UNANSWERED)).isEqualTo(5);
  }

  @Test
  void aPlanThatMakesNoSenseIsRefusedByName() {
    assertThatThrownBy(
            () ->
                LoadPlan.closedLoop(
                    server.getAddress(), List.of(request(AnswerCheck.none())), 0, WARMUP, LENGTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connections: 0 (expected: >= 1)");
  }

  private LoadPlan closedLoop(int connections, AnswerCheck check) {
    LoadPlan plan =
        LoadPlan.closedLoop(
            server.getAddress(), List.of(request(check)), connections, WARMUP, LENGTH);
    return new LoadPlan(
        plan.target(),
        plan.requests(),
        plan.connections(),
        plan.arrivals(),
        plan.warmup(),
        plan.duration(),
        plan.patience(),
        1);
  }

  private LoadPlan openLoop(double perSecond, int connections) {
    return LoadPlan.openLoop(
        server.getAddress(),
        List.of(request(AnswerCheck.sameBytes(BODY))),
        connections,
        () -> Arrivals.constant(perSecond),
        WARMUP,
        LENGTH);
  }

  private static PreparedRequest request(AnswerCheck check) {
    return PreparedRequest.post("test", "localhost", "/", Map.of("X-Test", "1"), BODY, check);
  }

  private void serve(HttpHandler handler) {
    server.createContext("/", handler);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    respond(exchange, 200, exchange.getRequestBody().readAllBytes());
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError("no loopback port", e);
    }
  }
}
