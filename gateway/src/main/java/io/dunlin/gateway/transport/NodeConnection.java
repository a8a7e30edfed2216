package io.dunlin.gateway.transport;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane to a node: the current link if there is one, and the work of getting the next if there
 * is none. Confined to its event loop but for {@link #link}, {@link #connect} and {@link #close}.
 */
final class NodeConnection {
  private static final Logger LOG = LoggerFactory.getLogger(NodeConnection.class);

  private final NodeAddress node;
  private final Lane lane;
  private final Handshake handshake;
  private final TransportSettings settings;
  private final Connector connector;
  private final EventLoop loop;
  private final LongSupplier nanoClock;
  private final Backoff backoff;
  private final Listener listener;
  private final WaitingRoom waitingRoom;

  private boolean closed;
  private @Nullable Channel current;
  private String lastComplaint = "";

  private volatile @Nullable NodeLink link;
  private volatile String downBecause = "not connected yet";

  NodeConnection(
      NodeAddress node,
      Lane lane,
      Handshake handshake,
      TransportSettings settings,
      Connector connector,
      EventLoop loop,
      LongSupplier nanoClock,
      Backoff backoff,
      Listener listener) {
    this.node = node;
    this.lane = lane;
    this.handshake = handshake;
    this.settings = settings;
    this.connector = connector;
    this.loop = loop;
    this.nanoClock = nanoClock;
    this.backoff = backoff;
    this.listener = listener;
    this.waitingRoom = new WaitingRoom(lane.partOf(settings.maxWaitingBytes()));
  }

  /** The link attempts go to now; null while there is none. */
  @Nullable NodeLink link() {
    return link;
  }

  WaitingRoom waitingRoom() {
    return waitingRoom;
  }

  /** The answer to an attempt while there is no link. */
  Failure lost() {
    return new Failure(
        FailureCode.CONNECTION_LOST, "no connection to node " + node + ": " + downBecause);
  }

  /** Begins to connect, if that is not under way. */
  void connect() {
    execute(this::connectNow);
  }

  /** Ends the connection for good; what is in flight is answered {@code connection_lost}. */
  void close() {
    execute(
        () -> {
          closed = true;
          downBecause = "closed";
          Channel channel = current;
          if (channel != null) {
            channel.close();
          }
        });
  }

  private void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The connections are closed; node {} is left alone", node, e);
    }
  }

  private void connectNow() {
    if (closed || current != null) {
      return;
    }
    NodeLink next =
        new NodeLink(node, lane, handshake, settings, waitingRoom, nanoClock, new LinkEvents());
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
      LOG.warn("No {} connection to node {}: {}", lane, node, because);
    }
    loop.schedule(this::connectNow, backoff.nextNanos(), TimeUnit.NANOSECONDS);
  }

  /** Opens connections; the registry knows how. */
  @FunctionalInterface
  interface Connector {
    ChannelFuture connect(NodeAddress node, EventLoop loop, FrameChannel handler);
  }

  /** The endpoint this lane belongs to; called on the event loop, up and down in turns. */
  interface Listener {
    void up(Lane lane);

    void draining(Lane lane, String message);

    void down(Lane lane, CloseReason reason, String message);
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
      listener.up(lane);
    }

    @Override
    public void draining(NodeLink drainingLink, String message) {
      listener.draining(lane, message);
    }

    @Override
    public void down(NodeLink downLink, CloseReason reason, String message) {
      // First, so that nobody who is told of it can come back to the dead link.
      link = null;
      tryAgainLater(reason.code() + ": " + message);
      if (wasUp) {
        listener.down(lane, reason, message);
      }
    }
  }
}
