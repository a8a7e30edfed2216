package io.dunlin.shared.protocol.frame.socket;

import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.ControlFrame;
import io.dunlin.shared.protocol.frame.FrameException;
import io.dunlin.shared.protocol.frame.FrameHandler;
import io.dunlin.shared.protocol.frame.FrameReader;
import io.dunlin.shared.protocol.frame.FrameType;
import io.dunlin.shared.protocol.frame.Liveness;
import io.dunlin.shared.protocol.frame.Outbox;
import io.dunlin.shared.protocol.frame.OutgoingMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: moves bytes between a socket, a {@link FrameReader} and an {@link Outbox},
 * answers PING, notices a silent or stuck peer, and says why it closes.
 *
 * <p>Frames are copied from the outbox into direct buffers of a chunk or two only while the socket
 * takes them: what waits, waits in the outbox, where small messages pass large ones. That copy is
 * the one the kernel interface needs anyway for bytes that live in the heap. All frames that are
 * ready go out in one flush.
 *
 * <p>All methods but {@link #executor} must be called on the channel's event loop.
 */
public final class FrameChannel extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);

  private static final int LEAST_BUFFER_BYTES = 1024;

  /** How long a refused peer may take to read why. */
  private static final long LINGER_MILLIS = 1000;

  private final FrameChannelSettings settings;
  private final LongSupplier nanoClock;
  private final FrameChannelOwner owner;
  private final FrameReader reader;
  private final Outbox outbox;
  private final Liveness liveness;
  private final long openedNanos;
  private final Runnable flushTask = this::flushNow;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> watch;
  private boolean opened;
  private boolean established;
  private boolean finishing;
  private boolean flushPlanned;
  private boolean stalled;
  private long stalledSinceNanos;
  private @Nullable CloseReason closeReason;
  private String closeMessage = "";
  private boolean closedTold;

  /**
   * @param nanoClock the process's monotonic clock
   */
  public FrameChannel(
      FrameChannelSettings settings, LongSupplier nanoClock, FrameChannelOwner owner) {
    this.settings = settings;
    this.nanoClock = nanoClock;
    this.owner = owner;
    this.reader = new FrameReader(new Inbound());
    this.outbox = new Outbox(settings.chunkBytes(), owner::sent);
    this.openedNanos = nanoClock.getAsLong();
    this.liveness =
        new Liveness(
            settings.pingAfter().toNanos(), settings.silenceLimit().toNanos(), openedNanos);
  }

  /**
   * How much is read before the event loop turns to other work: what one connection sends must not
   * keep the replies of the others, or its own, from being written.
   */
  public static RecvByteBufAllocator readBuffers(FrameChannelSettings settings) {
    return new AdaptiveRecvByteBufAllocator(
            512, 8 * 1024, Math.max(8 * 1024, settings.writeBufferBytes() / 2))
        .maxMessagesPerRead(2);
  }

  /** The watermarks between which this class keeps a channel's outbound buffer. */
  public static WriteBufferWaterMark waterMark(FrameChannelSettings settings) {
    return new WriteBufferWaterMark(settings.writeBufferBytes() / 2, settings.writeBufferBytes());
  }

  /** Both said HELLO: messages may flow within these limits. */
  public void establish(int maxMessageBytes, int maxOpenStreams, int peerMaxOpenStreams) {
    established = true;
    reader.establish(maxMessageBytes, maxOpenStreams);
    outbox.setMaxOpenStreams(peerMaxOpenStreams);
  }

  /** Queues a control frame. */
  public void send(ControlFrame frame) {
    if (closeReason == null) {
      outbox.add(frame);
      flush();
    }
  }

  /** Queues a message. */
  public void send(OutgoingMessage message) {
    if (closeReason == null) {
      outbox.add(message);
      flush();
    }
  }

  /** Takes a message back if it is not sent entirely. */
  public Outbox.Removed remove(OutgoingMessage message) {
    return outbox.remove(message);
  }

  /** Drops a message that the peer stopped sending; returns whether there was one. */
  public boolean abandonIncoming(long attemptId) {
    return reader.abandon(attemptId);
  }

  /** Bytes of messages that wait for the socket. */
  public long queuedBytes() {
    return outbox.queuedBytes();
  }

  /** Runs tasks on the channel's event loop. */
  public Executor executor() {
    return context().executor();
  }

  /** Runs a task on the channel's event loop after a while; not if the connection ended. */
  public void schedule(Runnable task, long delay, TimeUnit unit) {
    context()
        .executor()
        .schedule(
            () -> {
              if (!closedTold) {
                task.run();
              }
            },
            delay,
            unit);
  }

  /**
   * Has the rest of the connection run on another event loop; only before anything was sent.
   *
   * @param moved called there; a {@link FrameException} of it refuses the peer
   */
  public void moveTo(EventLoop loop, Runnable moved) {
    Channel channel = context().channel();
    if (channel.eventLoop() == loop) {
      moved.run();
      return;
    }
    stopWatch();
    channel
        .deregister()
        .addListener(
            left -> loop.register(channel).addListener(arrived -> arrived(arrived, moved)));
  }

  private void arrived(Future<?> arrived, Runnable moved) {
    if (!arrived.isSuccess()) {
      close(CloseReason.LOST, "cannot change the event loop: " + arrived.cause().getMessage());
      return;
    }
    startWatch();
    try {
      if (closeReason == null) {
        moved.run();
      }
    } catch (FrameException e) {
      refuse(e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** Closes once everything queued is sent. */
  public void finish() {
    finishing = true;
    flush();
  }

  /** Closes now, without a word to the peer. */
  public void close(CloseReason reason, String message) {
    remember(reason, message);
    ended();
    context().close();
  }

  /** Tells the peer why and closes. */
  public void refuse(CloseReason reason, String message) {
    if (closeReason != null) {
      return;
    }
    remember(reason, message);
    outbox.endWith(new ControlFrame.Refused(reason, message));
    flushNow();
    ended();
    ChannelHandlerContext ctx = context();
    // Closing while unread bytes lie in the receive buffer resets the connection, and the peer may
    // never read the reason: so only our side is closed, until the peer closes or time is up.
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (ctx.channel() instanceof DuplexChannel duplex && ctx.pipeline().first() == this) {
                duplex.shutdownOutput();
              } else {
                ctx.close();
              }
            });
    ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel().isActive()) {
      start();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    start();
  }

  private void start() {
    if (opened) {
      return;
    }
    opened = true;
    startWatch();
    owner.opened(this);
  }

  private void startWatch() {
    long period = Math.max(1, settings.pingAfter().toMillis() / 2);
    watch =
        context()
            .executor()
            .scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
  }

  private void stopWatch() {
    if (watch != null) {
      watch.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (closeReason == null) {
        liveness.heard(nanoClock.getAsLong());
        reader.receive(
            in.nioBufferCount() == 1
                ? in.internalNioBuffer(in.readerIndex(), in.readableBytes())
                : in.nioBuffer());
      }
    } catch (FrameException e) {
      refuse(e.reason(), String.valueOf(e.getMessage()));
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    flushNow();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    stalled = !ctx.channel().isWritable();
    stalledSinceNanos = nanoClock.getAsLong();
    if (!stalled) {
      flushNextTurn();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ended();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ended();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset, or a TLS handshake that fails, is the peer's doing and told by the reason alone.
    if (!(cause instanceof IOException || cause.getCause() instanceof IOException)) {
      LOG.warn("Connection to {} fails", ctx.channel().remoteAddress(), cause);
    }
    close(CloseReason.LOST, String.valueOf(cause.getMessage()));
  }

  private void ended() {
    if (closedTold || !opened) {
      return;
    }
    closedTold = true;
    remember(CloseReason.LOST, "the peer closed the connection");
    stopWatch();
    CloseReason reason = closeReason;
    owner.closed(reason == null ? CloseReason.LOST : reason, closeMessage);
  }

  private void remember(CloseReason reason, String message) {
    if (closeReason == null) {
      closeReason = reason;
      closeMessage = message;
    }
  }

  private void check() {
    long now = nanoClock.getAsLong();
    if (closeReason != null) {
      return;
    }
    if (stalled && now - stalledSinceNanos >= settings.stallLimit().toNanos()) {
      close(
          CloseReason.STALLED,
          "the peer took too little for " + settings.stallLimit().toMillis() + " ms");
      return;
    }
    if (!established && now - openedNanos >= settings.silenceLimit().toNanos()) {
      refuse(CloseReason.SILENT, "no HELLO within " + settings.silenceLimit().toMillis() + " ms");
      return;
    }
    switch (liveness.check(now)) {
      case FINE -> {}
      case PING -> {
        if (established) {
          send(new ControlFrame.Ping(liveness.pings()));
        }
      }
      case DEAD ->
          close(
              CloseReason.SILENT,
              "nothing heard for " + settings.silenceLimit().toMillis() + " ms");
    }
  }

  /** Plans one flush for all that is queued until the event loop comes to it. */
  private void flush() {
    if (!flushPlanned) {
      flushPlanned = true;
      context().executor().execute(flushTask);
    }
  }

  /**
   * Goes on after the event loop has looked at its sockets and tasks. A peer that reads as fast as
   * we write would otherwise keep it here for all that is queued. Only a scheduled task lets the
   * loop come to its sockets first; an executed one runs before them.
   */
  private void flushNextTurn() {
    if (!flushPlanned) {
      flushPlanned = true;
      context().executor().schedule(flushTask, 1, TimeUnit.NANOSECONDS);
    }
  }

  private void flushNow() {
    flushPlanned = false;
    ChannelHandlerContext ctx = context();
    Channel channel = ctx.channel();
    int written = 0;
    while (channel.isWritable() && !outbox.isEmpty() && written < settings.writeBufferBytes()) {
      long wanted = outbox.queuedBytes() + LEAST_BUFFER_BYTES;
      int capacity = (int) Math.min(wanted, settings.chunkBytes() + LEAST_BUFFER_BYTES);
      ByteBuf buffer = ctx.alloc().directBuffer(capacity, capacity);
      ByteBuffer target = buffer.internalNioBuffer(0, capacity);
      int begin = target.position();
      outbox.fill(target);
      buffer.writerIndex(target.position() - begin);
      written += buffer.readableBytes();
      ctx.write(buffer, ctx.voidPromise());
    }
    if (written > 0) {
      ctx.flush();
    }
    if (channel.isWritable() && !outbox.isEmpty()) {
      flushNextTurn();
    }
    if (finishing && outbox.isEmpty()) {
      finishing = false;
      remember(CloseReason.CLOSED, "all was said");
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return ctx;
  }

  /** Answers what is the channel's own matter and passes on the rest, until the end was decided. */
  private final class Inbound implements FrameHandler {
    @Override
    public void control(ControlFrame frame) {
      if (closeReason != null) {
        return;
      }
      switch (frame) {
        case ControlFrame.Ping ping -> send(new ControlFrame.Pong(ping.number()));
        case ControlFrame.Refused refused -> close(refused.reason(), refused.message());
        case ControlFrame.Hello hello -> owner.control(hello);
        case ControlFrame.Cancel cancel -> owner.control(cancel);
        case ControlFrame.Credit credit -> owner.control(credit);
        case ControlFrame.Pong pong -> owner.control(pong);
        case ControlFrame.GoAway goAway -> owner.control(goAway);
      }
    }

    @Override
    public boolean begins(FrameType type, long attemptId, int bodyBytes) {
      return closeReason == null && owner.begins(type, attemptId, bodyBytes);
    }

    @Override
    public void message(FrameType type, long attemptId, byte[] body) {
      if (closeReason == null) {
        owner.message(type, attemptId, body);
      }
    }

    @Override
    public void skipped(FrameType type, long attemptId) {
      if (closeReason == null) {
        owner.skipped(type, attemptId);
      }
    }
  }
}
