package io.dunlin.node.dataport;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.ControlFrame;
import io.dunlin.shared.protocol.frame.FrameException;
import io.dunlin.shared.protocol.frame.FrameType;
import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.ReplyCodec;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.dunlin.shared.protocol.frame.socket.FrameChannelOwner;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway's connection: takes its attempts in, within its credit, and sends the replies.
 *
 * <p>An attempt counts against the credit from its first byte until its reply has left the outbox.
 * A gateway that sends beyond the largest credit it was ever granted on this connection breaks the
 * protocol. Replies that wait for the gateway to read are bounded too: beyond that bound a result
 * is dropped and {@code overloaded} sent in its place.
 *
 * <p>Confined to its event loop but for {@link #answer}.
 */
final class GatewaySession implements FrameChannelOwner {
  private static final Logger LOG = LoggerFactory.getLogger(GatewaySession.class);

  private final InferenceEndpoint local;
  private final Handshake handshake;
  private final DataPortSettings settings;
  private final LongSupplier nanoClock;
  private final Registry registry;
  private final FrameChannel channel;
  private final LongObjectHashMap<TakenAttempt> attempts = new LongObjectHashMap<>();

  private String gateway = "unknown";
  private int peerMaxPayloadBytes;
  private boolean greeted;
  private boolean admitted;
  private boolean draining;
  private boolean closed;
  private long highestCreditBytes;
  private long outstandingBytes;

  GatewaySession(
      InferenceEndpoint local,
      Handshake handshake,
      DataPortSettings settings,
      LongSupplier nanoClock,
      Registry registry) {
    this.local = local;
    this.handshake = handshake;
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.registry = registry;
    this.channel = new FrameChannel(settings.channel(), nanoClock, this);
  }

  FrameChannel channel() {
    return channel;
  }

  /** The gateway's share of the budget changed; from any thread. */
  void grant(long creditBytes) {
    execute(
        () -> {
          if (!closed) {
            highestCreditBytes = Math.max(highestCreditBytes, creditBytes);
            channel.send(new ControlFrame.Credit(creditBytes));
          }
        });
  }

  /** Takes no new attempts, closes after the last reply; from any thread. */
  void drain(Duration remaining, String message) {
    execute(
        () -> {
          draining = true;
          if (admitted) {
            channel.send(new ControlFrame.GoAway(remaining.toNanos(), message));
          }
          finishIfDrained();
        });
  }

  /** Ends the connection now, saying why; from any thread. */
  void close(CloseReason reason, String message) {
    execute(() -> channel.refuse(reason, message));
  }

  /** The endpoint's answer, on any thread: encoded here, sent by the event loop. */
  void answer(TakenAttempt attempt, InferenceReply reply) {
    OutgoingMessage encoded = encode(attempt.id(), reply);
    execute(() -> send(attempt, encoded));
  }

  @Override
  public void opened(FrameChannel opened) {
    registry.opened(this);
  }

  @Override
  public void control(ControlFrame frame) {
    switch (frame) {
      case ControlFrame.Hello hello -> greet(hello);
      case ControlFrame.Cancel cancel -> cancel(cancel.attemptId());
      case ControlFrame.Credit credit -> throw fromGateway(FrameType.CREDIT);
      case ControlFrame.GoAway goAway -> throw fromGateway(FrameType.GOAWAY);
      case ControlFrame.Ping ping -> {}
      case ControlFrame.Pong pong -> {}
      case ControlFrame.Refused refused -> {}
    }
  }

  private void greet(ControlFrame.Hello hello) {
    if (greeted) {
      throw new FrameException(CloseReason.MALFORMED, "HELLO came twice");
    }
    if (draining) {
      throw new FrameException(CloseReason.DRAINING, "the node takes no new connections");
    }
    gateway = hello.sender();
    // First checked, then counted: a refused stranger must not shrink the others' shares.
    handshake.accept(hello, 0);
    greeted = true;
    channel.moveTo(registry.loop(hello.lane()), () -> admit(hello));
  }

  private void admit(ControlFrame.Hello hello) {
    highestCreditBytes = registry.admit(this, hello.lane());
    admitted = true;
    peerMaxPayloadBytes = hello.maxPayloadBytes();
    channel.send(handshake.accept(hello, highestCreditBytes));
    channel.establish(
        Wire.maxMessageBytes(settings.maxPayloadBytes()),
        settings.maxOpenStreams(),
        hello.maxOpenStreams());
    LOG.info("Gateway {} connected for {}", gateway, hello.lane());
  }

  private void cancel(long attemptId) {
    TakenAttempt attempt = attempts.get(attemptId);
    if (attempt == null) {
      return;
    }
    if (channel.abandonIncoming(attemptId)) {
      fail(attempt, FailureCode.CANCELLED, "cancelled before the node had the request");
    } else {
      attempt.cancel();
    }
  }

  @Override
  public boolean begins(FrameType type, long attemptId, int bodyBytes) {
    if (type != FrameType.INFER) {
      throw fromGateway(type);
    }
    long costBytes = Wire.creditCost(bodyBytes);
    if (outstandingBytes + costBytes > highestCreditBytes) {
      throw new FrameException(
          CloseReason.CREDIT,
          "credit: "
              + (outstandingBytes + costBytes)
              + " bytes outstanding (expected: at most "
              + highestCreditBytes
              + ")");
    }
    TakenAttempt attempt = new TakenAttempt(attemptId, costBytes, nanoClock.getAsLong(), this);
    if (attempts.putIfAbsent(attemptId, attempt) != null) {
      throw new FrameException(CloseReason.MALFORMED, "attempt " + attemptId + " came twice");
    }
    outstandingBytes += costBytes;
    return !draining;
  }

  @Override
  public void skipped(FrameType type, long attemptId) {
    TakenAttempt attempt = attempts.get(attemptId);
    if (attempt != null) {
      fail(attempt, FailureCode.DRAINING, "node " + handshake.nodeId() + " is draining");
    }
  }

  @Override
  public void message(FrameType type, long attemptId, byte[] body) {
    TakenAttempt attempt = attempts.get(attemptId);
    if (attempt == null) {
      return;
    }
    InferCodec.Infer infer;
    try {
      infer = InferCodec.decode(body, attempt.arrivedNanos());
    } catch (IllegalArgumentException e) {
      fail(attempt, FailureCode.INVALID_ARGUMENT, "request: " + e.getMessage());
      return;
    }
    InferenceRequest request = infer.request();
    if (request.deadline().isExpired(nanoClock.getAsLong())) {
      fail(attempt, FailureCode.DEADLINE_EXCEEDED, "the deadline passed on the way to the node");
      return;
    }
    try {
      attempt.handedOver(local.infer(infer.replica(), request, attempt));
    } catch (RuntimeException e) {
      LOG.error("The local endpoint failed on request {}", request.requestId(), e);
      fail(attempt, FailureCode.INTERNAL, "the node failed to take the request: " + e);
    }
  }

  @Override
  public void sent(OutgoingMessage message) {
    TakenAttempt attempt = attempts.remove(message.attemptId());
    if (attempt != null) {
      outstandingBytes -= attempt.costBytes();
    }
    finishIfDrained();
  }

  @Override
  public void closed(CloseReason reason, String message) {
    closed = true;
    if (admitted) {
      LOG.info("Gateway {} disconnected: {}: {}", gateway, reason.code(), message);
    }
    registry.leave(this);
    for (TakenAttempt attempt : new ArrayList<>(attempts.values())) {
      attempt.cancel();
    }
    attempts.clear();
  }

  private void fail(TakenAttempt attempt, FailureCode code, String message) {
    attempt.answered(new InferenceReply.Failed(code, message));
  }

  private void send(TakenAttempt attempt, OutgoingMessage encoded) {
    if (closed) {
      return;
    }
    long queued = channel.queuedBytes();
    boolean fits = queued == 0 || queued + encoded.bodyBytes() <= settings.maxReplyBytes();
    channel.send(
        fits || encoded.payloadBytes() == 0
            ? encoded
            : encode(attempt.id(), readsTooSlowly(queued)));
  }

  private InferenceReply readsTooSlowly(long queued) {
    return new InferenceReply.Failed(
        FailureCode.OVERLOADED,
        "gateway "
            + gateway
            + " reads too slowly: "
            + queued
            + " bytes of replies wait (expected: at most "
            + settings.maxReplyBytes()
            + ")");
  }

  private OutgoingMessage encode(long attemptId, InferenceReply reply) {
    OutgoingMessage encoded;
    try {
      encoded = ReplyCodec.encode(attemptId, reply);
    } catch (IllegalArgumentException e) {
      return ReplyCodec.encode(
          attemptId, new InferenceReply.Failed(FailureCode.INTERNAL, "reply: " + e.getMessage()));
    }
    int limit = peerMaxPayloadBytes;
    if (encoded.payloadBytes() <= limit && encoded.metadataBytes() <= Wire.METADATA_SLACK_BYTES) {
      return encoded;
    }
    return ReplyCodec.encode(
        attemptId,
        new InferenceReply.Failed(
            FailureCode.PAYLOAD_TOO_LARGE,
            "outputs: "
                + encoded.bodyBytes()
                + " bytes (expected: at most "
                + limit
                + " that the gateway takes)"));
  }

  private void finishIfDrained() {
    if (draining && attempts.isEmpty()) {
      channel.finish();
    }
  }

  private void execute(Runnable task) {
    try {
      channel.executor().execute(task);
    } catch (RejectedExecutionException e) {
      // The event loops have ended, and with them every connection.
      LOG.debug("Dropped a task of an ended session with gateway {}", gateway, e);
    }
  }

  private static FrameException fromGateway(FrameType type) {
    return new FrameException(CloseReason.MALFORMED, type + " came from a gateway");
  }

  /** Who knows all sessions. */
  interface Registry {
    /** A connection that has not said HELLO. */
    void opened(GatewaySession session);

    /** The event loop for a connection of this lane. */
    EventLoop loop(Lane lane);

    /**
     * Counts the session in; its credit.
     *
     * @throws FrameException when the port drains or no share is left
     */
    long admit(GatewaySession session, Lane lane);

    void leave(GatewaySession session);
  }
}
