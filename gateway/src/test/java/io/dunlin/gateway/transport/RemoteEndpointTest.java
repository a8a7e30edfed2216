package io.dunlin.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply.Completed;
import io.dunlin.shared.protocol.frame.Call;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.ControlFrame;
import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.ControlFrame.Refused;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.ReplyCodec;
import io.dunlin.shared.protocol.frame.Samples;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.WirePeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The gateway's side against a node that the test plays, frame by frame. */
@Timeout(60)
class RemoteEndpointTest {
  private static final long PLENTY = 1L << 28;

  @Test
  void saysWhoItIsAndWhatItAccepts() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("max-payload-bytes = 5000, max-open-streams = 3")) {
      gateway.endpoint(node);
      List<Lane> lanes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Hello hello = node.accept().nextControl(Hello.class);
        lanes.add(hello.lane());
        assertThat(hello)
            .isEqualTo(
                new Hello(
                    Wire.VERSIONS,
                    "test-cluster",
                    "gateway-1",
                    "node-a",
                    hello.lane(),
                    5000,
                    3,
                    0));
      }
      assertThat(lanes).containsExactlyInAnyOrder(Lane.EXPRESS, Lane.BULK);
    }
  }

  @Test
  void requestGoesOutWithItsTimeLeftAndTheReplyComesBack() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r-1", Duration.ofSeconds(20), Samples.bytes(100));
      WirePeer.Event.Message infer = node.nextInfer();
      InferCodec.Infer decoded = InferCodec.decode(infer.body(), 0);
      assertThat(decoded.replica()).isEqualTo(Samples.REPLICA);
      assertThat(decoded.request().requestId()).isEqualTo("r-1");
      assertThat(decoded.request().inputs()).containsExactly(Samples.bytes(100));
      assertThat(decoded.request().deadline().nanoTime())
          .isBetween(1L, Duration.ofSeconds(20).toNanos());
      node.reply(infer, 10);
      assertThat(call.await()).isEqualTo(Samples.completed(Samples.bytes(10)));
    }
  }

  @Test
  void repliesAreMatchedInWhateverOrderTheyCome() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      List<Call> calls = new ArrayList<>();
      List<WirePeer.Event.Message> infers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        calls.add(Gateway.infer(endpoint, "r-" + i));
        infers.add(node.nextInfer());
      }
      for (int i = 49; i >= 0; i--) {
        node.reply(infers.get(i), i);
        assertThat(calls.get(i).await()).isEqualTo(Samples.completed(Samples.bytes(i)));
      }
    }
  }

  @Test
  void smallAndLargeRequestsHaveAConnectionEach() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Gateway.infer(endpoint, "large", Samples.bytes(Lane.EXPRESS_MAX_BYTES));
      Gateway.infer(endpoint, "small", Samples.bytes(Lane.EXPRESS_MAX_BYTES - 1000));
      assertThat(FakeNode.requestId(node.express().nextMessage())).isEqualTo("small");
      assertThat(FakeNode.requestId(node.bulk().nextMessage())).isEqualTo("large");
    }
  }

  @Test
  void withoutAConnectionEveryAttemptIsAnsweredAtOnce() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.endpoint(node);
      Call call = Gateway.infer(endpoint, "r");
      assertThat(call.isAnswered()).isTrue();
      assertThat(call.awaitFailure())
          .isEqualTo(
              new Failure(
                  FailureCode.CONNECTION_LOST,
                  "no connection to node " + node.address() + ": not connected yet"));
      assertThat(endpoint.isUp()).isFalse();
    }
  }

  @Test
  void deadConnectionAnswersEveryAttemptExactlyOnceAndIsMadeAnew() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("backoff-min = 1ms, backoff-max = 5ms")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      List<Call> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(Gateway.infer(endpoint, "r-" + i));
      }
      WirePeer.Event.Message first = node.nextInfer();
      node.reply(first, 5);
      assertThat(calls.get(0).await()).isInstanceOf(Completed.class);
      node.express().kill();
      gateway.awaitEvent("down: lost");
      for (Call call : calls.subList(1, 100)) {
        assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CONNECTION_LOST);
      }
      node.bulk().close();
      node.greet(PLENTY);
      gateway.awaitEvent("up");
      Call again = Gateway.infer(endpoint, "again");
      node.reply(node.nextInfer(), 1);
      assertThat(again.await()).isInstanceOf(Completed.class);
      for (Call call : calls) {
        assertThat(call.answers()).isOne();
      }
    }
  }

  @Test
  void silentNodeIsGivenUp() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("ping-after = 20ms, silence-limit = 100ms")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r");
      gateway.awaitEvent("down: silent");
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CONNECTION_LOST);
      assertThat(call.awaitFailure().message()).endsWith("nothing heard for 100 ms");
    }
  }

  @Test
  void nodeThatAnswersPingsIsKept() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("ping-after = 10ms, silence-limit = 10s")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r", Duration.ofMillis(100));
      // Reading to the CANCEL that follows the deadline answers every PING on the way.
      node.nextInfer();
      node.express().nextControl(ControlFrame.Cancel.class);
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
      assertThat(endpoint.isUp()).isTrue();
    }
  }

  @Test
  void refusalIsReportedAndTriedAgain() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("backoff-min = 1ms, backoff-max = 1ms")) {
      RemoteEndpoint endpoint = gateway.endpoint(node);
      // Each lane connects and is refused on its own; what both were told shows within a few tries.
      String told = "";
      for (int i = 0; i < 100 && !told.endsWith("version: speaks 9"); i++) {
        WirePeer peer = node.accept();
        peer.nextControl(Hello.class);
        peer.send(new Refused(CloseReason.VERSION, "speaks 9"));
        assertThat(peer.next()).isInstanceOf(WirePeer.Event.Closed.class);
        told = Gateway.infer(endpoint, "r").awaitFailure().message();
      }
      assertThat(told).endsWith("version: speaks 9");
    }
  }

  @Test
  void answerFromAnotherNodeIsRefused() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      gateway.endpoint(node);
      WirePeer peer = node.accept();
      Hello offer = peer.nextControl(Hello.class);
      Hello other =
          new Hello(
              offer.versions(), offer.cluster(), "node-b", "gateway-1", offer.lane(), 1, 1, 1);
      peer.send(other);
      assertThat(peer.nextControl(Refused.class))
          .isEqualTo(new Refused(CloseReason.NODE, "node: answered by node-b (expected: node-a)"));
      assertThat(peer.next()).isInstanceOf(WirePeer.Event.Closed.class);
    }
  }

  @Test
  void unknownFramesAreSkipped() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r");
      node.express().sendBytes(new byte[] {4, 0, 0, 0, (byte) 200, 1, 2, 3});
      node.reply(node.nextInfer(), 3);
      assertThat(call.await()).isInstanceOf(Completed.class);
    }
  }

  @Test
  void nodeThatBreaksTheProtocolIsToldWhy() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r");
      node.nextInfer();
      node.express().sendBytes(new byte[] {0, 0, 0, 127, 4});
      assertThat(node.express().nextControl(Refused.class).reason())
          .isEqualTo(CloseReason.TOO_LARGE);
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CONNECTION_LOST);
      gateway.awaitEvent("down: too_large");
    }
  }

  @Test
  void unreadableReplyFailsOnlyItsOwnAttempt() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call bad = Gateway.infer(endpoint, "bad");
      WirePeer.Event.Message infer = node.nextInfer();
      byte[] frame =
          WirePeer.frames(
              ReplyCodec.encode(infer.attemptId(), Samples.completed(Samples.bytes(4))), 65_536);
      frame[17] = 9;
      node.express().sendBytes(frame);
      assertThat(bad.awaitFailure())
          .isEqualTo(
              new Failure(
                  FailureCode.INTERNAL,
                  "reply of node " + node.address() + ": status: 9 (expected: 0 or 1)"));
      Call good = Gateway.infer(endpoint, "good");
      node.reply(node.nextInfer(), 1);
      assertThat(good.await()).isInstanceOf(Completed.class);
    }
  }

  @Test
  void drainingNodeGetsNothingNewAndAnswersWhatItHas() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call old = Gateway.infer(endpoint, "old");
      WirePeer.Event.Message infer = node.nextInfer();
      node.express().send(new ControlFrame.GoAway(1_000_000_000, "rolling upgrade"));
      gateway.awaitEvent("draining: rolling upgrade");
      assertThat(endpoint.isUp()).isFalse();
      Failure refused = Gateway.infer(endpoint, "new").awaitFailure();
      assertThat(refused.code()).isEqualTo(FailureCode.DRAINING);
      assertThat(refused.message()).endsWith("is draining: rolling upgrade");
      node.reply(infer, 2);
      assertThat(old.await()).isInstanceOf(Completed.class);
      node.express().close();
      gateway.awaitEvent("down: lost");
    }
  }

  @Test
  void attemptsBeyondTheCreditWaitForRepliesAndThenAreTurnedAway() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("max-payload-bytes = 1, max-waiting-bytes = 2200000")) {
      // Room for one request of 3 KiB under way; 275 000 bytes may wait on the express lane.
      RemoteEndpoint endpoint = gateway.connect(node, 4200);
      node.express().send(new ControlFrame.Credit(1300));
      Call first = Gateway.infer(endpoint, "first");
      WirePeer.Event.Message infer = node.nextInfer();
      List<Call> waiting = new ArrayList<>();
      Call last = Gateway.infer(endpoint, "w-0");
      while (!last.isAnswered()) {
        waiting.add(last);
        last = Gateway.infer(endpoint, "w-" + waiting.size());
      }
      assertThat(last.awaitFailure().code()).isEqualTo(FailureCode.OVERLOADED);
      assertThat(last.awaitFailure().message())
          // by the credit of the beginning, or the smaller one that may have arrived by now
          .containsPattern(" bytes in flight or waiting \\(expected: at most (276300|279200)\\)");
      assertThat(waiting).hasSizeBetween(200, 279);
      node.reply(infer, 0);
      assertThat(first.await()).isInstanceOf(Completed.class);
      for (int i = 0; i < waiting.size(); i++) {
        WirePeer.Event.Message next = node.nextInfer();
        assertThat(FakeNode.requestId(next)).isEqualTo("w-" + i);
        node.reply(next, 0);
        assertThat(waiting.get(i).await()).isInstanceOf(Completed.class);
      }
    }
  }

  @Test
  void lateReplyIsDroppedAndItsCreditComesBack() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, 1300);
      Call late = Gateway.infer(endpoint, "late", Duration.ofMillis(30));
      WirePeer.Event.Message infer = node.nextInfer();
      Call next = Gateway.infer(endpoint, "next");
      assertThat(late.awaitFailure().code()).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
      assertThat(node.express().nextControl(ControlFrame.Cancel.class).attemptId())
          .isEqualTo(infer.attemptId());
      node.reply(infer, 200_000);
      node.reply(node.nextInfer(), 1);
      assertThat(next.await()).isInstanceOf(Completed.class);
      assertThat(late.answers()).isOne();
    }
  }

  @Test
  void attemptThatWaitsForCreditEndsByItsDeadlineOrByCancelling() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, 1300);
      Gateway.infer(endpoint, "holds the credit");
      WirePeer.Event.Message infer = node.nextInfer();
      Call expires = Gateway.infer(endpoint, "expires", Duration.ofMillis(20));
      Call cancelled = Gateway.infer(endpoint, "cancelled");
      cancelled.cancel();
      assertThat(cancelled.awaitFailure().code()).isEqualTo(FailureCode.CANCELLED);
      assertThat(expires.awaitFailure().message())
          .isEqualTo("the deadline passed while it waited for the node's credit");
      Call last = Gateway.infer(endpoint, "last");
      node.reply(infer, 1);
      assertThat(FakeNode.requestId(node.nextInfer())).isEqualTo("last");
      assertThat(last.isAnswered()).isFalse();
    }
  }

  @Test
  void nodeThatLeavesIsDisconnected() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("backoff-min = 1ms, backoff-max = 1ms")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r");
      node.nextInfer();
      gateway.endpoints().retainOnly(List.of(new NodeAddress("node-b", "127.0.0.1", 1)));
      assertThat(call.awaitFailure().code()).isEqualTo(FailureCode.CONNECTION_LOST);
      gateway.awaitEvent("down: lost");
      assertThat(node.express().next()).isInstanceOf(WirePeer.Event.Closed.class);
      assertThat(node.bulk().next()).isInstanceOf(WirePeer.Event.Closed.class);
      assertThat(Gateway.infer(endpoint, "r").awaitFailure().code())
          .isEqualTo(FailureCode.CONNECTION_LOST);
    }
  }

  @Test
  void lazyEndpointConnectsAtItsFirstAttempt() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("connect-eagerly = off")) {
      RemoteEndpoint endpoint = gateway.endpoint(node);
      assertThat(Gateway.infer(endpoint, "r").awaitFailure().code())
          .isEqualTo(FailureCode.CONNECTION_LOST);
      node.greet(PLENTY);
      gateway.awaitEvent("up");
    }
  }

  @Test
  void closingAnswersWhatIsInFlightBeforeItReturns() throws Exception {
    try (FakeNode node = new FakeNode()) {
      Gateway gateway = new Gateway("");
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      Call call = Gateway.infer(endpoint, "r");
      node.nextInfer();
      gateway.close();
      assertThat(call.isAnswered()).isTrue();
      assertThat(Gateway.infer(endpoint, "r").isAnswered()).isTrue();
    }
  }

  @Test
  void sinkThatThrowsHarmsNobodyElse() throws Exception {
    try (FakeNode node = new FakeNode();
        Gateway gateway = new Gateway("")) {
      RemoteEndpoint endpoint = gateway.connect(node, PLENTY);
      endpoint.infer(
          Samples.REPLICA,
          Samples.request("bad", System.nanoTime() + 1_000_000_000),
          reply -> {
            throw new IllegalStateException("the sink's own bug");
          });
      node.reply(node.nextInfer(), 1);
      Call good = Gateway.infer(endpoint, "good");
      node.reply(node.nextInfer(), 1);
      assertThat(good.await()).isInstanceOf(Completed.class);
    }
  }
}
