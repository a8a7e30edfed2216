package io.dunlin.gateway.transport;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.InferCodec;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A remote node as an {@link InferenceEndpoint}: the connection when there is one, and the work of
 * getting it back when there is none.
 *
 * <p>{@link #infer} never waits for a connection: without one the attempt is answered {@code
 * connection_lost} at once, and the router asks another replica. A request above the size limit is
 * answered {@code payload_too_large} and one beyond the node's credit and the waiting room {@code
 * overloaded}, both in the caller's thread and without a byte on the wire.
 */
public final class RemoteEndpoint implements InferenceEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteEndpoint.class);
  private static final Attempt NOTHING_TO_CANCEL = () -> {};

  private final NodeAddress node;
  private final Handshake handshake;
  private final TransportSettings settings;
  private final Connector connector;
  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final Backoff backoff;
  private final ConnectionObserver observer;
  private final WaitingRoom waitingRoom;
  private final AtomicLong lastAttemptId = new AtomicLong();

  // Confined to the event loop.
  private boolean closed;
  private @Nullable Channel current;
  private String lastComplaint = "";

  private volatile @Nullable NodeLink link;
  private volatile String downBecause = "not connected yet";

  RemoteEndpoint(
      NodeAddress node,
      Handshake handshake,
      TransportSettings settings,
      Connector connector,
      EventLoop loop,
      LongSupplier nanoClock,
      Backoff backoff,
      ConnectionObserver observer) {
    this.node = node;
    this.handshake = handshake;
    this.settings = settings;
    this.connector = connector;
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.backoff = backoff;
    this.observer = observer;
    this.waitingRoom = new WaitingRoom(settings.maxWaitingBytes());
  }

  public NodeAddress node() {
    return node;
  }

  /** Whether attempts are taken now. */
  public boolean isUp() {
    NodeLink now = link;
    return now != null && now.drainingMessage() == null;
  }

  @Override
  public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
    NodeLink now = link;
    if (now == null) {
      connectLazily();
      return refuse(
          sink, FailureCode.CONNECTION_LOST, "no connection to node " + node + ": " + downBecause);
    }
    String draining = now.drainingMessage();
    if (draining != null) {
      sink.answered(new InferenceReply.Failed(now.drainingFailure(draining)));
      return NOTHING_TO_CANCEL;
    }
    OutgoingMessage message;
    try {
      message = InferCodec.encode(lastAttemptId.incrementAndGet(), replica, request);
    } catch (IllegalArgumentException e) {
      return refuse(sink, FailureCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
    Failure tooLarge = tooLarge(message, now.maxPayloadBytes());
    if (tooLarge != null) {
      sink.answered(new InferenceReply.Failed(tooLarge));
      return NOTHING_TO_CANCEL;
    }
    PendingAttempt attempt = new PendingAttempt(message, request.deadline(), sink);
    if (!waitingRoom.tryEnter(attempt.costBytes())) {
      return refuse(
          sink,
          FailureCode.OVERLOADED,
          "node "
              + node
              + ": "
              + waitingRoom.heldBytes()
              + " bytes wait for its credit (expected: at most "
              + waitingRoom.capacityBytes()
              + ")");
    }
    now.submit(attempt);
    return () -> now.cancel(attempt);
  }

  /** Begins to connect, if that is not under way. */
  void connect() {
    loop.execute(this::connectNow);
  }

  /** Ends the connection for good; what is in flight is answered {@code connection_lost}. */
  void close() {
    loop.execute(
        () -> {
          closed = true;
          downBecause = "closed";
          Channel channel = current;
          if (channel != null) {
            channel.close();
          }
        });
  }

  private static Attempt refuse(ReplySink sink, FailureCode code, String message) {
    sink.answered(new InferenceReply.Failed(code, message));
    return NOTHING_TO_CANCEL;
  }

  private static @Nullable Failure tooLarge(OutgoingMessage message, int maxPayloadBytes) {
    if (message.payloadBytes() > maxPayloadBytes) {
      return new Failure(
          FailureCode.PAYLOAD_TOO_LARGE,
          "inputs: "
              + message.payloadBytes()
              + " bytes (expected: at most "
              + maxPayloadBytes
              + ")");
    }
    if (message.metadataBytes() > Wire.METADATA_SLACK_BYTES) {
      return new Failure(
          FailureCode.PAYLOAD_TOO_LARGE,
          "names and shapes: "
              + message.metadataBytes()
              + " bytes (expected: at most "
              + Wire.METADATA_SLACK_BYTES
              + ")");
    }
    return null;
  }

  private void connectLazily() {
    if (!settings.connectEagerly()) {
      connect();
    }
  }

  private void connectNow() {
    if (closed || current != null) {
      return;
    }
    NodeLink next =
        new NodeLink(node, handshake, settings, waitingRoom, nanoClock, new LinkEvents());
    ChannelFuture connecting = connector.connect(node, loop, next.channel());
    current = connecting.channel();
    connecting.addListener(
        future -> {
          if (!future.isSuccess()) {
            tryAgainLater("cannot connect: " + future.cause().getMessage());
          }
        });
  }

  /** Exactly one caller per connection: the failed connect, or the end of an open one. */
  private void tryAgainLater(String because) {
    current = null;
    downBecause = because;
    if (closed) {
      return;
    }
    if (!because.equals(lastComplaint)) {
      lastComplaint = because;
      LOG.warn("No connection to node {}: {}", node, because);
    }
    loop.schedule(this::connectNow, backoff.nextNanos(), TimeUnit.NANOSECONDS);
  }

  /** Opens connections; the registry knows how. */
  @FunctionalInterface
  interface Connector {
    ChannelFuture connect(NodeAddress node, EventLoop loop, FrameChannel handler);
  }

  /** What happens to the current link, on the event loop. */
  private final class LinkEvents implements NodeLink.Listener {
    private boolean wasUp;

    @Override
    public void up(NodeLink upLink) {
      wasUp = true;
      backoff.reset();
      lastComplaint = "";
      link = upLink;
      LOG.info("Connected to node {}", node);
      observer.onConnectionUp(node);
    }

    @Override
    public void draining(NodeLink drainingLink, String message) {
      LOG.info("Node {} is draining: {}", node, message);
      observer.onConnectionDraining(node, message);
    }

    @Override
    public void down(NodeLink downLink, CloseReason reason, String message) {
      // First, so that nobody who is told of it can come back to the dead link.
      link = null;
      tryAgainLater(reason.code() + ": " + message);
      if (wasUp) {
        observer.onConnectionDown(node, reason, message);
      }
    }
  }
}
