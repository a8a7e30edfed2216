package io.dunlin.gateway.transport;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.ControlFrame;
import io.dunlin.shared.protocol.frame.FrameException;
import io.dunlin.shared.protocol.frame.FrameType;
import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.Outbox;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.ReplyCodec;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.dunlin.shared.protocol.frame.socket.FrameChannelOwner;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a node, from HELLO to its end; the next connection is another link. Confined to
 * its event loop but for {@link #submit} and {@link #cancel}.
 */
final class NodeLink implements FrameChannelOwner, AttemptTable.Line {
  private final NodeAddress node;
  private final Lane lane;
  private final Handshake handshake;
  private final LongSupplier nanoClock;
  private final Listener listener;
  private final AttemptTable attempts;
  private final FrameChannel channel;
  private final Runnable tickTask = this::tick;

  private boolean ready;
  private boolean ticking;

  // Written on the event loop before the link is handed out; read by callers of infer.
  private volatile int maxPayloadBytes;
  private volatile @Nullable String drainingMessage;

  NodeLink(
      NodeAddress node,
      Lane lane,
      Handshake handshake,
      TransportSettings settings,
      WaitingRoom waitingRoom,
      LongSupplier nanoClock,
      Listener listener) {
    this.node = node;
    this.lane = lane;
    this.handshake = handshake;
    this.nanoClock = nanoClock;
    this.listener = listener;
    this.attempts =
        new AttemptTable(this, settings.channel().chunkBytes(), waitingRoom, nanoClock.getAsLong());
    this.channel = new FrameChannel(settings.channel(), nanoClock, this);
  }

  /** The handler to put last into the channel's pipeline. */
  FrameChannel channel() {
    return channel;
  }

  /** The most tensor bytes both ends accept in one message. */
  int maxPayloadBytes() {
    return maxPayloadBytes;
  }

  /** Why the node takes no new attempts; null while it does. */
  @Nullable String drainingMessage() {
    return drainingMessage;
  }

  /** Takes an attempt from any thread; it will be answered. */
  void submit(PendingAttempt attempt) {
    try {
      channel.executor().execute(() -> admit(attempt));
    } catch (RejectedExecutionException e) {
      // The event loop has ended, after failing what it had: nobody else touches the table now.
      admit(attempt);
    }
  }

  /** Gives an attempt up, from any thread. */
  void cancel(PendingAttempt attempt) {
    try {
      channel.executor().execute(() -> attempts.cancel(attempt));
    } catch (RejectedExecutionException e) {
      // The event loop has ended and with it every attempt.
    }
  }

  private void admit(PendingAttempt attempt) {
    attempts.admit(attempt, nanoClock.getAsLong());
    keepTicking();
  }

  @Override
  public void opened(FrameChannel opened) {
    opened.send(handshake.offer(node.nodeId(), lane));
  }

  @Override
  public void control(ControlFrame frame) {
    switch (frame) {
      case ControlFrame.Hello hello -> greeted(hello);
      case ControlFrame.Credit credit ->
          attempts.setCredit(credit.windowBytes(), nanoClock.getAsLong());
      case ControlFrame.GoAway goAway -> draining(goAway.message());
      case ControlFrame.Cancel cancel ->
          throw new FrameException(CloseReason.MALFORMED, "CANCEL came from a node");
      case ControlFrame.Ping ping -> {}
      case ControlFrame.Pong pong -> {}
      case ControlFrame.Refused refused -> {}
    }
  }

  private void greeted(ControlFrame.Hello hello) {
    if (ready) {
      throw new FrameException(CloseReason.MALFORMED, "HELLO came twice");
    }
    handshake.verify(hello, node.nodeId());
    ready = true;
    maxPayloadBytes = Math.min(handshake.maxPayloadBytes(), hello.maxPayloadBytes());
    channel.establish(
        Wire.maxMessageBytes(handshake.maxPayloadBytes()),
        handshake.maxOpenStreams(),
        hello.maxOpenStreams());
    attempts.setCredit(hello.creditBytes(), nanoClock.getAsLong());
    listener.up(this);
  }

  private void draining(String message) {
    if (drainingMessage == null) {
      drainingMessage = message;
      attempts.turnAway(drainingFailure(message));
      listener.draining(this, message);
    }
  }

  Failure drainingFailure(String message) {
    return new Failure(FailureCode.DRAINING, "node " + node + " is draining: " + message);
  }

  @Override
  public boolean begins(FrameType type, long attemptId, int bodyBytes) {
    if (type != FrameType.REPLY) {
      throw new FrameException(CloseReason.MALFORMED, type + " came from a node");
    }
    return attempts.awaits(attemptId);
  }

  @Override
  public void message(FrameType type, long attemptId, byte[] body) {
    InferenceReply reply;
    try {
      reply = ReplyCodec.decode(body);
    } catch (IllegalArgumentException e) {
      reply =
          new InferenceReply.Failed(
              FailureCode.INTERNAL, "reply of node " + node + ": " + e.getMessage());
    }
    attempts.answered(attemptId, reply, nanoClock.getAsLong());
  }

  @Override
  public void skipped(FrameType type, long attemptId) {
    attempts.answered(attemptId, null, nanoClock.getAsLong());
  }

  @Override
  public void sent(OutgoingMessage message) {}

  @Override
  public void closed(CloseReason reason, String message) {
    listener.down(this, reason, message);
    attempts.failAll(
        new Failure(
            FailureCode.CONNECTION_LOST, "connection to node " + node + " lost: " + message));
  }

  @Override
  public void send(OutgoingMessage message) {
    channel.send(message);
  }

  @Override
  public Outbox.Removed remove(OutgoingMessage message) {
    return channel.remove(message);
  }

  @Override
  public void cancel(long attemptId) {
    channel.send(new ControlFrame.Cancel(attemptId));
  }

  private void keepTicking() {
    if (!ticking && attempts.hasDeadlines()) {
      ticking = true;
      channel.schedule(tickTask, AttemptTable.TICK_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    ticking = false;
    attempts.expire(nanoClock.getAsLong());
    keepTicking();
  }

  /** The endpoint this link belongs to; called on the event loop. */
  interface Listener {
    void up(NodeLink link);

    void draining(NodeLink link, String message);

    void down(NodeLink link, CloseReason reason, String message);
  }
}
