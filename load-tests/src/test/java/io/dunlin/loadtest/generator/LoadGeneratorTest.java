package io.dunlin.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a real server in this process; each run is a fraction of a second. */
class LoadGeneratorTest {
  private static final Duration LENGTH = Duration.ofMillis(250);
  private static final byte[] BODY = "{\"instances\": [1.0]}".getBytes(StandardCharsets.UTF_8);

  private @Nullable LoopbackServer server;

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aClosedLoopGetsRightAnswersOnAllItsConnections() throws Exception {
    LoadResult result =
        LoadGenerator.run(closedLoop(4, LoadGeneratorTest::echo, AnswerCheck.sameBytes(BODY)));
    assertThat(result.objections()).isEmpty();
    assertThat(result.ok()).isPositive();
    assertThat(result.total()).isEqualTo(result.ok());
    assertThat(result.bodiesChecked()).isGreaterThanOrEqualTo(result.ok());
    assertThat(result.everything()).isGreaterThanOrEqualTo(result.ok());
    assertThat(result.okMillis(50)).isPositive();
  }

  @Test
  void anOpenLoopSendsExactlyWhatIsScheduled() throws Exception {
    LoadResult result = LoadGenerator.run(openLoop(200, 8, LoadGeneratorTest::echo));
    assertThat(result.objections()).isEmpty();
    assertThat(result.total()).isEqualTo(50);
    assertThat(result.ok()).isEqualTo(50);
  }

  @Test
  void anOpenLoopChargesAStallToEveryRequestDueInIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    LoadResult result =
        LoadGenerator.run(
            openLoop(
                200,
                1,
                body -> {
                  if (calls.getAndIncrement() == 20) {
                    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
                  }
                  return echo(body);
                }));
    assertThat(result.total()).isEqualTo(50);
    // One request in fifty stalled, but the thirty due meanwhile waited with it.
    assertThat(result.okMillis(80)).isGreaterThan(30);
  }

  @Test
  void aWrongBodyIsToldFromARightOne() throws Exception {
    LoadResult result =
        LoadGenerator.run(
            closedLoop(1, LoadGeneratorTest::echo, answer -> Optional.of("not mine")));
    assertThat(result.count(Outcome.WRONG)).isPositive();
    assertThat(result.objections().get(0)).isEqualTo("test: not mine");
  }

  @Test
  void refusalsAndFailuresAreCountedApart() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    LoadResult result =
        LoadGenerator.run(
            openLoop(
                200,
                1,
                body -> {
                  int status = calls.getAndIncrement() % 2 == 0 ? 503 : 400;
                  return Optional.of(LoopbackServer.answer(status, "", BODY));
                }));
    assertThat(result.count(Outcome.REFUSED)).isEqualTo(25);
    assertThat(result.count(Outcome.FAILED)).isEqualTo(25);
    assertThat(result.objections().get(0)).startsWith("test: 503 {");
  }

  @Test
  void brokenConnectionsAreCountedAndReplaced() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    LoadResult result =
        LoadGenerator.run(
            openLoop(
                200, 2, body -> calls.getAndIncrement() % 10 == 0 ? Optional.empty() : echo(body)));
    assertThat(result.count(Outcome.BROKEN)).isEqualTo(5);
    assertThat(result.ok()).isEqualTo(45);
  }

  @Test
  void bytesThatAreNotHttpBreakTheConnection() throws Exception {
    LoadResult result =
        LoadGenerator.run(
            openLoop(
                100,
                1,
                body -> Optional.of("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII))));
    assertThat(result.count(Outcome.BROKEN)).isEqualTo(25);
    assertThat(result.objections().get(0)).contains("status line: 'nonsense'");
  }

  @Test
  void aServerThatClosesAfterEachAnswerIsServedByNewConnections() throws Exception {
    LoadResult result =
        LoadGenerator.run(
            openLoop(
                200,
                2,
                body -> Optional.of(LoopbackServer.answer(200, "Connection: close\r\n", body))));
    assertThat(result.ok()).isEqualTo(50);
  }

  @Test
  void whatIsNeverAnsweredIsCountedInTheEnd() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    LoadResult result =
        LoadGenerator.run(
            impatient(
                serve(
                    body -> {
                      await(over);
                      return Optional.empty();
                    })));
    over.countDown();
    assertThat(result.count(Outcome.UNANSWERED)).isEqualTo(10);
    assertThat(result.total()).isEqualTo(10);
  }

  @Test
  void aServerThatIsNotThereIsCountedAsUnanswered() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
    assertThat(LoadGenerator.run(impatient(nobody)).count(Outcome.UNANSWERED)).isEqualTo(10);
  }

  @Test
  void aPlanThatMakesNoSenseIsRefusedByName() {
    InetSocketAddress target = serve(LoadGeneratorTest::echo);
    List<PreparedRequest> requests = List.of(request(AnswerCheck.none()));
    assertThatThrownBy(() -> LoadPlan.closedLoop(target, requests, 0, Duration.ZERO, LENGTH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("connections: 0 (expected: >= 1)");
  }

  private LoadPlan closedLoop(
      int connections, Function<byte[], Optional<byte[]>> handler, AnswerCheck check) {
    return new LoadPlan(
        serve(handler),
        List.of(request(check)),
        connections,
        Optional.empty(),
        Duration.ofMillis(50),
        LENGTH,
        Duration.ofSeconds(10),
        1);
  }

  private LoadPlan openLoop(
      double perSecond, int connections, Function<byte[], Optional<byte[]>> handler) {
    return new LoadPlan(
        serve(handler),
        List.of(request(AnswerCheck.sameBytes(BODY))),
        connections,
        Optional.of(() -> Arrivals.constant(perSecond)),
        Duration.ZERO,
        LENGTH,
        Duration.ofSeconds(10),
        1);
  }

  /** Ten requests, then 50 ms of patience. */
  private static LoadPlan impatient(InetSocketAddress target) {
    return new LoadPlan(
        target,
        List.of(request(AnswerCheck.none())),
        2,
        Optional.of(() -> Arrivals.constant(100)),
        Duration.ZERO,
        Duration.ofMillis(100),
        Duration.ofMillis(50),
        1);
  }

  private static PreparedRequest request(AnswerCheck check) {
    return PreparedRequest.post("test", "localhost", "/", Map.of("X-Test", "1"), BODY, check);
  }

  private InetSocketAddress serve(Function<byte[], Optional<byte[]>> handler) {
    server = new LoopbackServer(handler);
    return server.address();
  }

  private static Optional<byte[]> echo(byte[] body) {
    return Optional.of(LoopbackServer.answer(200, "", body));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
