package io.dunlin.gateway.transport;

import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The data port connections of one gateway, an endpoint per node address. Owns the event loops,
 * those of the two lanes apart.
 *
 * <p>Thread-safe. The directory's watcher calls {@link #retainOnly} with the nodes there are, the
 * router {@link #endpoint} for the node of a replica.
 */
public final class RemoteEndpoints implements AutoCloseable {
  private final Handshake handshake;
  private final TransportSettings settings;
  private final LongSupplier nanoClock;
  private final RandomGenerator.SplittableGenerator random;
  private final ConnectionObserver observer;
  private final Map<Lane, EventLoopGroup> loops = new EnumMap<>(Lane.class);
  private final Map<NodeAddress, RemoteEndpoint> endpoints = new HashMap<>();
  private boolean closed;

  /**
   * @param cluster cluster name; a node of another cluster refuses the connection
   * @param gatewayId this process's node id
   * @param nanoClock the clock of the requests' deadlines, {@link System#nanoTime}
   * @param random for the jitter between tries to connect
   */
  public RemoteEndpoints(
      String cluster,
      String gatewayId,
      TransportSettings settings,
      LongSupplier nanoClock,
      RandomGenerator.SplittableGenerator random,
      ConnectionObserver observer) {
    this.handshake =
        new Handshake(
            Wire.VERSIONS,
            cluster,
            gatewayId,
            settings.maxPayloadBytes(),
            settings.maxOpenStreams());
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.random = random;
    this.observer = observer;
    for (Lane lane : Lane.values()) {
      loops.put(
          lane,
          new MultiThreadIoEventLoopGroup(
              settings.eventLoops(),
              new DefaultThreadFactory(
                  "dunlin-transport-" + lane.name().toLowerCase(Locale.ROOT), true),
              NioIoHandler.newFactory()));
    }
  }

  /** The endpoint of this node; a new one begins to connect if the settings say so. */
  public synchronized RemoteEndpoint endpoint(NodeAddress node) {
    if (closed) {
      throw new IllegalStateException("the gateway's connections are closed");
    }
    RemoteEndpoint known = endpoints.get(node);
    if (known != null) {
      return known;
    }
    RemoteEndpoint created =
        new RemoteEndpoint(
            node,
            (lane, listener) -> connection(node, lane, listener),
            !settings.connectEagerly(),
            observer);
    endpoints.put(node, created);
    if (settings.connectEagerly()) {
      created.connect();
    }
    return created;
  }

  /** Closes the connections to all other nodes: they left the cluster. */
  public synchronized void retainOnly(Collection<NodeAddress> nodes) {
    Set<NodeAddress> gone = new HashSet<>(endpoints.keySet());
    gone.removeAll(nodes);
    for (NodeAddress node : gone) {
      remove(node);
    }
  }

  /** Closes the connection to a node that left. */
  public synchronized void remove(NodeAddress node) {
    RemoteEndpoint endpoint = endpoints.remove(node);
    if (endpoint != null) {
      endpoint.close();
    }
  }

  /** Closes every connection and the event loops; attempts are answered before this returns. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      for (RemoteEndpoint endpoint : endpoints.values()) {
        endpoint.close();
      }
      endpoints.clear();
    }
    for (EventLoopGroup group : loops.values()) {
      group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    }
    for (EventLoopGroup group : loops.values()) {
      group.terminationFuture().syncUninterruptibly();
    }
  }

  private NodeConnection connection(NodeAddress node, Lane lane, NodeConnection.Listener listener) {
    EventLoopGroup group = loops.get(lane);
    if (group == null) {
      throw new IllegalStateException("no event loops for " + lane);
    }
    return new NodeConnection(
        node,
        lane,
        handshake,
        settings,
        this::connect,
        group.next(),
        nanoClock,
        new Backoff(settings.backoffMin(), settings.backoffMax(), random.split()),
        listener);
  }

  private ChannelFuture connect(NodeAddress node, EventLoop loop, FrameChannel handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK, FrameChannel.waterMark(settings.channel()))
            .option(ChannelOption.RECVBUF_ALLOCATOR, FrameChannel.readBuffers(settings.channel()))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    addTls(channel, node);
                    channel.pipeline().addLast(handler);
                  }
                });
    if (settings.socketBufferBytes() > 0) {
      bootstrap
          .option(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
          .option(ChannelOption.SO_RCVBUF, settings.socketBufferBytes());
    }
    return bootstrap.connect(node.host(), node.port());
  }

  private void addTls(Channel channel, NodeAddress node) {
    SslContext tls = settings.tls();
    if (tls != null) {
      SslHandler handler = tls.newHandler(channel.alloc(), node.host(), node.port());
      handler.setHandshakeTimeoutMillis(settings.connectTimeout().toMillis());
      channel.pipeline().addLast(handler);
    }
  }
}
