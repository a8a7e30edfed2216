package io.dunlin.node.dataport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceReply.Failed;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.ControlFrame;
import io.dunlin.shared.protocol.frame.ControlFrame.GoAway;
import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.ControlFrame.Refused;
import io.dunlin.shared.protocol.frame.EchoEndpoint;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.ReplyCodec;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;
import io.dunlin.shared.protocol.frame.WirePeer;
import io.dunlin.shared.protocol.frame.WirePeer.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The node's side against a gateway that the test plays, frame by frame. */
@Timeout(60)
class DataPortServerTest {
  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int CHUNK = 65_536;

  private final EchoEndpoint local = new EchoEndpoint();

  @Test
  void requestReachesTheEndpointAndTheReplyTheGateway() throws Exception {
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(7, 100), CHUNK);
      Event.Message reply = gateway.nextMessage();
      assertThat(reply.attemptId()).isEqualTo(7);
      assertThat(ReplyCodec.decode(reply.body()))
          .isEqualTo(
              EchoEndpoint.echo(Samples.REPLICA, Samples.request("r", 0, Samples.bytes(100))));
    }
  }

  @Test
  void helloTellsTheLimitsAndTheCredit() throws Exception {
    try (DataPortServer server =
            start("max-payload-bytes = 1 MiB, budget-bytes = 16 MiB, max-open-streams = 5");
        WirePeer express = WirePeer.connect(server.address().getPort());
        WirePeer bulk = WirePeer.connect(server.address().getPort())) {
      express.send(WirePeer.gatewayHello("test-cluster", "node-a", Lane.EXPRESS));
      assertThat(express.nextControl(Hello.class))
          .isEqualTo(
              new Hello(
                  new VersionRange(1, 1),
                  "test-cluster",
                  "node-a",
                  "gateway-1",
                  Lane.EXPRESS,
                  1 << 20,
                  5,
                  2 << 20));
      bulk.send(WirePeer.gatewayHello("test-cluster", "node-a", Lane.BULK));
      assertThat(bulk.nextControl(Hello.class).creditBytes()).isEqualTo(14 << 20);
    }
  }

  @Test
  void budgetIsSharedByTheGatewaysThatAreThere() throws Exception {
    try (DataPortServer server = start("budget-bytes = 32 MiB, max-payload-bytes = 1 MiB");
        WirePeer first = connect(server, Lane.EXPRESS)) {
      WirePeer second = WirePeer.connect(server.address().getPort());
      second.send(WirePeer.gatewayHello("test-cluster", "node-a", Lane.EXPRESS));
      assertThat(second.nextControl(Hello.class).creditBytes()).isEqualTo(2 << 20);
      assertThat(first.nextControl(ControlFrame.Credit.class).windowBytes()).isEqualTo(2 << 20);
      second.close();
      assertThat(first.nextControl(ControlFrame.Credit.class).windowBytes()).isEqualTo(4 << 20);
    }
  }

  @Test
  void gatewayWithoutAShareIsRefused() throws Exception {
    try (DataPortServer server = start("budget-bytes = 8 MiB, max-payload-bytes = 1 MiB");
        WirePeer first = connect(server, Lane.EXPRESS);
        WirePeer second = WirePeer.connect(server.address().getPort())) {
      second.send(WirePeer.gatewayHello("test-cluster", "node-a", Lane.EXPRESS));
      assertThat(second.nextControl(Refused.class))
          .isEqualTo(
              new Refused(
                  CloseReason.FULL,
                  "gateways: 2 (expected: at most 1, the node's budget has no share for more)"));
      first.send(infer(1, 1), CHUNK);
      assertThat(first.nextMessage().attemptId()).isOne();
    }
  }

  @Test
  void strangersAreRefusedWithTheReason() throws Exception {
    try (DataPortServer server = start("")) {
      Hello good = WirePeer.gatewayHello("test-cluster", "node-a", Lane.EXPRESS);
      Hello version9 =
          new Hello(
              new VersionRange(9, 9), good.cluster(), "gateway-1", "node-a", good.lane(), 1, 1, 0);
      assertThat(refusal(server, version9))
          .isEqualTo(
              new Refused(
                  CloseReason.VERSION,
                  "protocol versions: node-a speaks 1..1, gateway-1 9..9 (expected: a common one)"));
      assertThat(refusal(server, WirePeer.gatewayHello("other", "node-a", Lane.BULK)).reason())
          .isEqualTo(CloseReason.CLUSTER);
      assertThat(refusal(server, WirePeer.gatewayHello("test-cluster", "node-b", Lane.BULK)))
          .isEqualTo(new Refused(CloseReason.NODE, "node: this is node-a (expected: node-b)"));
      try (WirePeer http = WirePeer.connect(server.address().getPort())) {
        http.sendBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(http.nextControl(Refused.class).reason()).isEqualTo(CloseReason.TOO_LARGE);
        assertThat(http.next()).isInstanceOf(Event.Closed.class);
      }
      try (WirePeer hasty = WirePeer.connect(server.address().getPort())) {
        hasty.send(infer(1, 1), CHUNK);
        assertThat(hasty.nextControl(Refused.class).reason()).isEqualTo(CloseReason.MALFORMED);
      }
    }
  }

  @Test
  void strangerThatSaysNothingIsSentAway() throws Exception {
    try (DataPortServer server = start("ping-after = 10ms, silence-limit = 50ms");
        WirePeer mute = WirePeer.connect(server.address().getPort())) {
      assertThat(mute.nextControl(Refused.class))
          .isEqualTo(new Refused(CloseReason.SILENT, "no HELLO within 50 ms"));
      assertThat(mute.next()).isInstanceOf(Event.Closed.class);
    }
  }

  @Test
  void cancelReachesWhatIsQueued() throws Exception {
    local.hold();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(1, 1), CHUNK);
      EchoEndpoint.Held held = local.next();
      gateway.send(new ControlFrame.Cancel(1));
      held.cancelled().get(10, TimeUnit.SECONDS);
      assertThat(failure(gateway.nextMessage()).code()).isEqualTo(FailureCode.CANCELLED);
      gateway.send(new ControlFrame.Cancel(1));
      gateway.send(new ControlFrame.Cancel(99));
      gateway.send(infer(2, 1), CHUNK);
      local.next().complete();
      assertThat(gateway.nextMessage().attemptId()).isEqualTo(2);
    }
  }

  @Test
  void cancelEndsARequestThatIsHalfThere() throws Exception {
    try (DataPortServer server = start("max-open-streams = 1");
        WirePeer gateway = connect(server, Lane.BULK)) {
      byte[] large = WirePeer.frames(infer(1, 200_000), CHUNK);
      // The BEGIN frame and one DATA frame.
      gateway.sendBytes(Arrays.copyOf(large, 18 + CHUNK + 13 + CHUNK));
      gateway.send(new ControlFrame.Cancel(1));
      Event.Message reply = gateway.nextMessage();
      assertThat(reply.attemptId()).isOne();
      assertThat(failure(reply).code()).isEqualTo(FailureCode.CANCELLED);
      gateway.send(infer(2, 200_000), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isEqualTo(2);
    }
  }

  @Test
  void lostGatewayCancelsWhatItHadAsked() throws Exception {
    local.hold();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(1, 1), CHUNK);
      EchoEndpoint.Held held = local.next();
      gateway.kill();
      held.cancelled().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void requestThatCannotBeReadFailsAlone() throws Exception {
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      byte[] frame = WirePeer.frames(infer(1, 4), CHUNK);
      frame[13 + 12] = 99;
      gateway.sendBytes(frame);
      assertThat(failure(gateway.nextMessage()))
          .isEqualTo(
              new Failure(FailureCode.INVALID_ARGUMENT, "request: urgency: 99 (expected: 0..7)"));
      gateway.send(infer(2, 4), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isEqualTo(2);
    }
  }

  @Test
  void requestPastItsDeadlineIsNotHandedOver() throws Exception {
    local.hold();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      OutgoingMessage late = InferCodec.encode(1, Samples.REPLICA, Samples.request("late", 0));
      InferCodec.setRemaining(late, -5);
      gateway.send(late, CHUNK);
      assertThat(failure(gateway.nextMessage()).code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
      gateway.send(infer(2, 1), CHUNK);
      assertThat(local.next().request().requestId()).isEqualTo("r");
    }
  }

  @Test
  void gatewayThatExceedsItsCreditIsDisconnected() throws Exception {
    local.hold();
    try (DataPortServer server = start("budget-bytes = 8 MiB, max-payload-bytes = 1 MiB");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      long cost = Wire.creditCost(infer(1, 100_000).bodyBytes());
      for (int i = 0; i < (1 << 20) / cost; i++) {
        gateway.send(infer(i, 100_000), CHUNK * 2);
        local.next();
      }
      gateway.send(infer(99, 100_000), CHUNK * 2);
      Refused refused = gateway.nextControl(Refused.class);
      assertThat(refused.reason()).isEqualTo(CloseReason.CREDIT);
      assertThat(refused.message()).endsWith("bytes outstanding (expected: at most 1048576)");
      assertThat(gateway.next()).isInstanceOf(Event.Closed.class);
    }
  }

  @Test
  void gatewayThatExceedsTheLargestMessageIsDisconnected() throws Exception {
    try (DataPortServer server = start("max-payload-bytes = 1 MiB");
        WirePeer gateway = connect(server, Lane.BULK)) {
      gateway.send(infer(1, 1 << 20), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isOne();
      gateway.send(infer(2, 2 << 20), CHUNK);
      assertThat(gateway.nextControl(Refused.class).reason()).isEqualTo(CloseReason.TOO_LARGE);
    }
  }

  @Test
  void sameAttemptTwiceAndFramesOfANodeBreakTheProtocol() throws Exception {
    local.hold();
    try (DataPortServer server = start("")) {
      try (WirePeer gateway = connect(server, Lane.EXPRESS)) {
        gateway.send(infer(1, 1), CHUNK);
        gateway.send(infer(1, 1), CHUNK);
        assertThat(gateway.nextControl(Refused.class).message()).isEqualTo("attempt 1 came twice");
      }
      try (WirePeer gateway = connect(server, Lane.EXPRESS)) {
        gateway.send(new GoAway(1, "no"));
        assertThat(gateway.nextControl(Refused.class).message())
            .isEqualTo("GOAWAY came from a gateway");
      }
      try (WirePeer gateway = connect(server, Lane.EXPRESS)) {
        gateway.send(ReplyCodec.encode(1, Samples.completed()), CHUNK);
        assertThat(gateway.nextControl(Refused.class).message())
            .isEqualTo("REPLY came from a gateway");
      }
    }
  }

  @Test
  void endpointThatThrowsOrAnswersTwiceIsAnsweredForOnce() throws Exception {
    InferenceEndpoint faulty =
        (replica, request, sink) -> {
          if (request.requestId().equals("throws")) {
            throw new IllegalStateException("the endpoint's own bug");
          }
          sink.answered(Samples.completed());
          sink.answered(Samples.completed());
          return () -> {};
        };
    try (DataPortServer server = start("", faulty);
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(1, "throws"), CHUNK);
      assertThat(failure(gateway.nextMessage()).code()).isEqualTo(FailureCode.INTERNAL);
      gateway.send(infer(2, "twice"), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isEqualTo(2);
      gateway.send(infer(3, "twice"), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isEqualTo(3);
    }
  }

  @Test
  void replyLargerThanTheGatewayTakesIsRefusedHere() throws Exception {
    InferenceEndpoint generous =
        (replica, request, sink) -> {
          sink.answered(Samples.completed(Samples.bytes(2000)));
          return () -> {};
        };
    try (DataPortServer server = start("", generous);
        WirePeer gateway = WirePeer.connect(server.address().getPort())) {
      Hello hello = WirePeer.gatewayHello("test-cluster", "node-a", Lane.EXPRESS);
      gateway.send(
          new Hello(
              hello.versions(), "test-cluster", "gateway-1", "node-a", hello.lane(), 1999, 4, 0));
      gateway.nextControl(Hello.class);
      gateway.send(infer(1, 1), CHUNK);
      Failure failure = failure(gateway.nextMessage());
      assertThat(failure.code()).isEqualTo(FailureCode.PAYLOAD_TOO_LARGE);
      assertThat(failure.message()).endsWith("(expected: at most 1999 that the gateway takes)");
    }
  }

  @Test
  void gatewayThatReadsNothingCannotPileUpReplies() throws Exception {
    local.hold();
    try (DataPortServer server = start("max-reply-bytes = 3 MiB, socket-buffer-bytes = 16 KiB");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      for (int i = 0; i < 40; i++) {
        gateway.send(infer(i, 1), CHUNK);
      }
      for (int i = 0; i < 40; i++) {
        local.next().answer(Samples.completed(Samples.bytes(1 << 20)));
      }
      // Nothing was read so far: 3 MiB wait, some lie in the kernel, the rest was turned away.
      int refused = 0;
      for (int i = 0; i < 40; i++) {
        if (ReplyCodec.decode(gateway.nextMessage().body()) instanceof Failed failed) {
          refused++;
          assertThat(failed.failure().code()).isEqualTo(FailureCode.OVERLOADED);
          assertThat(failed.failure().message()).contains("reads too slowly");
        }
      }
      assertThat(refused).isBetween(10, 39);
    }
  }

  @Test
  void gatewayThatNeverReadsIsDisconnected() throws Exception {
    InferenceEndpoint generous =
        (replica, request, sink) -> {
          sink.answered(Samples.completed(Samples.bytes(1 << 20)));
          return () -> {};
        };
    try (DataPortServer server =
            start(
                "max-reply-bytes = 20 MiB, stall-limit = 50ms, ping-after = 10ms,"
                    + " socket-buffer-bytes = 16 KiB",
                generous);
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      for (int i = 0; i < 20; i++) {
        gateway.send(infer(i, 1), CHUNK);
      }
      // 20 MiB do not fit into the kernel's buffers; with nobody reading the port must let go.
      while (server.connections() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void drainAnswersWhatIsInFlightAndThenCloses() throws Exception {
    local.hold();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(1, 1), CHUNK);
      EchoEndpoint.Held held = local.next();
      CompletableFuture<Void> drained = server.drain(Duration.ofSeconds(30), "rolling upgrade");
      assertThat(gateway.nextControl(GoAway.class))
          .isEqualTo(new GoAway(30_000_000_000L, "rolling upgrade"));
      gateway.send(infer(2, 1), CHUNK);
      assertThat(failure(gateway.nextMessage()))
          .isEqualTo(new Failure(FailureCode.DRAINING, "node node-a is draining"));
      assertThatIOException().isThrownBy(() -> WirePeer.connect(server.address().getPort()));
      assertThat(drained).isNotDone();
      held.complete();
      assertThat(gateway.nextMessage().attemptId()).isOne();
      assertThat(gateway.next()).isInstanceOf(Event.Closed.class);
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void drainEndsAtItsDeadline() throws Exception {
    local.hold();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      gateway.send(infer(1, 1), CHUNK);
      EchoEndpoint.Held held = local.next();
      CompletableFuture<Void> drained = server.drain(Duration.ofMillis(20), "stop");
      gateway.nextControl(GoAway.class);
      assertThat(gateway.nextControl(Refused.class))
          .isEqualTo(new Refused(CloseReason.DRAINING, "the drain deadline passed"));
      held.cancelled().get(10, TimeUnit.SECONDS);
      gateway.close();
      drained.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void manyConnectionsWithoutHelloAreCutOff() throws Exception {
    List<WirePeer> strangers = new ArrayList<>();
    try (DataPortServer server = start("");
        WirePeer gateway = connect(server, Lane.EXPRESS)) {
      for (int i = 0; i < Sessions.MAX_STRANGERS; i++) {
        strangers.add(WirePeer.connect(server.address().getPort()));
      }
      try (WirePeer oneMore = WirePeer.connect(server.address().getPort())) {
        assertThat(oneMore.nextControl(Refused.class).reason()).isEqualTo(CloseReason.FULL);
      }
      gateway.send(infer(1, 1), CHUNK);
      assertThat(gateway.nextMessage().attemptId()).isOne();
    } finally {
      for (WirePeer stranger : strangers) {
        stranger.close();
      }
    }
  }

  @Test
  void portInUseIsNamed() throws Exception {
    try (DataPortServer server = start("")) {
      int port = server.address().getPort();
      assertThatIOException()
          .isThrownBy(() -> start("port = " + port))
          .withMessageStartingWith("data port 127.0.0.1:" + port + ": ");
    }
  }

  private DataPortServer start(String overrides) throws Exception {
    return start(overrides, local);
  }

  private static DataPortServer start(String overrides, InferenceEndpoint endpoint)
      throws Exception {
    return DataPortServer.start(
        settings("drain-timeout = 0s\n" + overrides),
        "test-cluster",
        "node-a",
        endpoint,
        System::nanoTime);
  }

  static DataPortSettings settings(String overrides) {
    return DataPortSettings.from(
        ConfigFactory.parseString(DataPortSettings.PATH + " {\n" + overrides + "\n}")
            .withFallback(ConfigFactory.load()));
  }

  private static WirePeer connect(DataPortServer server, Lane lane) throws Exception {
    WirePeer gateway = WirePeer.connect(server.address().getPort());
    gateway.send(WirePeer.gatewayHello("test-cluster", "node-a", lane));
    gateway.nextControl(Hello.class);
    return gateway;
  }

  private static Refused refusal(DataPortServer server, Hello hello) throws Exception {
    try (WirePeer gateway = WirePeer.connect(server.address().getPort())) {
      gateway.send(hello);
      Refused refused = gateway.nextControl(Refused.class);
      assertThat(gateway.next()).isInstanceOf(Event.Closed.class);
      return refused;
    }
  }

  private static OutgoingMessage infer(long attemptId, int payload) {
    OutgoingMessage message =
        InferCodec.encode(
            attemptId, Samples.REPLICA, Samples.request("r", 0, Samples.bytes(payload)));
    InferCodec.setRemaining(message, MINUTE_NANOS);
    return message;
  }

  private static OutgoingMessage infer(long attemptId, String requestId) {
    OutgoingMessage message =
        InferCodec.encode(attemptId, Samples.REPLICA, Samples.request(requestId, 0));
    InferCodec.setRemaining(message, MINUTE_NANOS);
    return message;
  }

  private static Failure failure(Event.Message reply) {
    InferenceReply decoded = ReplyCodec.decode(reply.body());
    assertThat(decoded).isInstanceOf(Failed.class);
    return ((Failed) decoded).failure();
  }
}
