package io.dunlin.loadtest.fault.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Judgement;
import io.dunlin.loadtest.fault.oracle.Question;
import io.dunlin.loadtest.fault.oracle.QuestionKind;
import io.dunlin.loadtest.fault.oracle.Questions;
import io.dunlin.loadtest.fault.oracle.Verdict;
import io.dunlin.loadtest.generator.AnswerCheck;
import io.dunlin.loadtest.generator.PreparedRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NumberedDriverTest {
  private static final int ENOUGH = 20;

  /** Asks for an echo of the number. */
  private static final QuestionKind ECHO =
      (number, host, headers) ->
          new Question(
              number,
              PreparedRequest.post(
                  "echo",
                  host,
                  "/",
                  headers,
                  Long.toString(number).getBytes(StandardCharsets.UTF_8),
                  AnswerCheck.none()),
              answer ->
                  answer.text().equals(Long.toString(number))
                      ? new Judgement(Verdict.RIGHT, 1, "", "")
                      : new Judgement(Verdict.WRONG, 1, "", answer.text()));

  private final CountDownLatch answered = new CountDownLatch(ENOUGH);
  private final HttpServer server;

  NumberedDriverTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange
              .getResponseHeaders()
              .set("X-Request-Id", exchange.getRequestHeaders().getFirst("X-Request-Id"));
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
          answered.countDown();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void everyRequestDueEndsOnceAndInOrderOfNumbers() throws Exception {
    NumberedDriver driver = NumberedDriver.start(plan(List.of(server.getAddress()), false));
    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    List<Ended> all = driver.stop();
    assertThat(all).hasSizeGreaterThanOrEqualTo(ENOUGH);
    assertThat(all).extracting(Ended::number).doesNotHaveDuplicates();
    assertThat(all).extracting(Ended::verdict).containsOnly(Verdict.RIGHT);
    assertThat(all).extracting(Ended::attempts).containsOnly(1);
  }

  @Test
  void aTargetThatRefusesConnectionsBreaksItsRequestsOnly() throws Exception {
    NumberedDriver driver =
        NumberedDriver.start(plan(List.of(server.getAddress(), nobody()), false));
    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    List<Ended> all = driver.stop();
    assertThat(all)
        .allSatisfy(
            request ->
                assertThat(request.verdict())
                    .isEqualTo(request.target() == 0 ? Verdict.RIGHT : Verdict.BROKEN));
  }

  @Test
  void aClientThatTriesAgainLosesNothingToADeadTarget() throws Exception {
    NumberedDriver driver =
        NumberedDriver.start(plan(List.of(server.getAddress(), nobody()), true));
    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    List<Ended> all = driver.stop();
    assertThat(all).extracting(Ended::verdict).containsOnly(Verdict.RIGHT);
    assertThat(all).extracting(Ended::attempts).contains(1, 2);
  }

  private static DriverPlan plan(List<InetSocketAddress> targets, boolean tryAgain) {
    return new DriverPlan(
        targets, new Questions(List.of(ECHO), Duration.ofSeconds(20)), 200, 50, tryAgain);
  }

  /** An address where nobody listens any more. */
  private static InetSocketAddress nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }
}
