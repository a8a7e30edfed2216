package io.dunlin.node.dataport;

import io.dunlin.shared.protocol.InferenceEndpoint;
import io.dunlin.shared.protocol.frame.Handshake;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannel;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for gateways and hands their attempts to the node's own endpoint.
 *
 * <p>Started with a cluster name and node id that gateways must name in HELLO. {@link #close}
 * drains: no new connections, GOAWAY to the gateways, then the replies still owed, until the drain
 * timeout.
 */
public final class DataPortServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataPortServer.class);

  /** For the event loops to say why and close, once the drain deadline has passed. */
  private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

  private final DataPortSettings settings;
  private final Sessions sessions;
  private final InetSocketAddress address;
  private final Channel listener;
  private @Nullable CompletableFuture<Void> closing;

  private DataPortServer(DataPortSettings settings, Sessions sessions, Channel listener) {
    this.settings = settings;
    this.sessions = sessions;
    this.listener = listener;
    this.address = (InetSocketAddress) listener.localAddress();
  }

  /**
   * Binds the port and takes connections.
   *
   * @param nanoClock the clock deadlines are read on, {@link System#nanoTime}
   * @throws IOException when the address cannot be bound
   */
  public static DataPortServer start(
      DataPortSettings settings,
      String cluster,
      String nodeId,
      InferenceEndpoint local,
      LongSupplier nanoClock)
      throws IOException {
    Handshake handshake =
        new Handshake(
            Wire.VERSIONS, cluster, nodeId, settings.maxPayloadBytes(), settings.maxOpenStreams());
    Sessions sessions = new Sessions(settings);
    ServerBootstrap bootstrap = bootstrap(settings, sessions.loops(Lane.EXPRESS));
    bootstrap.childHandler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            SslContext tls = settings.tls();
            if (tls != null) {
              channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            }
            GatewaySession session =
                new GatewaySession(local, handshake, settings, nanoClock, sessions);
            channel.pipeline().addLast(session.channel());
          }
        });
    try {
      Channel listener =
          bootstrap.bind(settings.bind(), settings.port()).syncUninterruptibly().channel();
      return new DataPortServer(settings, sessions, listener);
    } catch (Exception e) {
      sessions.endLoops();
      throw new IOException(
          "data port " + settings.bind() + ":" + settings.port() + ": " + e.getMessage(), e);
    }
  }

  private static ServerBootstrap bootstrap(DataPortSettings settings, EventLoopGroup loops) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK, FrameChannel.waterMark(settings.channel()))
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, FrameChannel.readBuffers(settings.channel()));
    if (settings.socketBufferBytes() > 0) {
      bootstrap
          .option(ChannelOption.SO_RCVBUF, settings.socketBufferBytes())
          .childOption(ChannelOption.SO_SNDBUF, settings.socketBufferBytes())
          .childOption(ChannelOption.SO_RCVBUF, settings.socketBufferBytes());
    }
    return bootstrap;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Connections of gateways now, two for each. */
  public int connections() {
    return sessions.admitted();
  }

  /**
   * Stops taking connections and attempts, answers what is in flight until the deadline, then
   * closes what is left. Completes when the port and every connection are closed.
   */
  public synchronized CompletableFuture<Void> drain(Duration deadline, String message) {
    if (closing != null) {
      return closing;
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    closing = done;
    LOG.info("Data port {} drains: {}", address, message);
    listener.close();
    sessions.drain(deadline, message);
    sessions
        .awaitAllGone(deadline)
        .thenCompose(
            gone -> {
              if (gone) {
                return CompletableFuture.completedFuture(true);
              }
              sessions.closeAll("the drain deadline passed");
              return sessions.awaitAllGone(CLOSE_TIME);
            })
        .thenCompose(gone -> sessions.endLoops())
        .whenComplete((ended, failure) -> done.complete(null));
    return done;
  }

  /** Drains with the configured timeout and waits for it. */
  @Override
  public void close() {
    drain(settings.drainTimeout(), "the node stops").join();
  }
}
