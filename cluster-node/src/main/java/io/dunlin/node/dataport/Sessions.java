package io.dunlin.node.dataport;

import io.dunlin.shared.protocol.frame.CloseReason;
import io.dunlin.shared.protocol.frame.FrameException;
import io.dunlin.shared.protocol.frame.Lane;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Every open session, each one's share of the budget, and the event loops of the two lanes. */
final class Sessions implements GatewaySession.Registry {
  /** Connections that may be open before their HELLO came; each is given a short time for it. */
  static final int MAX_STRANGERS = 256;

  private final Map<Lane, LaneSessions> lanes = new EnumMap<>(Lane.class);
  private final Set<GatewaySession> open = new HashSet<>();
  private final CompletableFuture<Void> allGone = new CompletableFuture<>();
  private @Nullable Drain drain;

  Sessions(DataPortSettings settings) {
    for (Lane lane : Lane.values()) {
      EventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(
              settings.eventLoops(),
              new DefaultThreadFactory(
                  "dunlin-data-port-" + lane.name().toLowerCase(Locale.ROOT), true),
              NioIoHandler.newFactory());
      lanes.put(lane, new LaneSessions(settings.shares(lane), loops, new HashSet<>()));
    }
  }

  EventLoopGroup loops(Lane lane) {
    return on(lane).loops();
  }

  @Override
  public EventLoop loop(Lane lane) {
    return on(lane).loops().next();
  }

  @Override
  public synchronized void opened(GatewaySession session) {
    open.add(session);
    if (open.size() - admitted() > MAX_STRANGERS) {
      session.close(
          CloseReason.FULL,
          "connections without HELLO: more than " + MAX_STRANGERS + " (expected: gateways only)");
    } else if (drain != null) {
      session.drain(drain.deadline(), drain.message());
    }
  }

  @Override
  public synchronized long admit(GatewaySession session, Lane lane) {
    if (drain != null) {
      throw new FrameException(CloseReason.DRAINING, drain.message());
    }
    LaneSessions sessions = on(lane);
    if (sessions.admitted().size() >= sessions.shares().maxGateways()) {
      throw new FrameException(
          CloseReason.FULL,
          "gateways: "
              + (sessions.admitted().size() + 1)
              + " (expected: at most "
              + sessions.shares().maxGateways()
              + ", the node's budget has no share for more)");
    }
    long shareBytes = sessions.shares().shareBytes(sessions.admitted().size() + 1);
    for (GatewaySession other : sessions.admitted()) {
      other.grant(shareBytes);
    }
    sessions.admitted().add(session);
    return shareBytes;
  }

  @Override
  public synchronized void leave(GatewaySession session) {
    open.remove(session);
    for (LaneSessions sessions : lanes.values()) {
      if (sessions.admitted().remove(session) && !sessions.admitted().isEmpty()) {
        long shareBytes = sessions.shares().shareBytes(sessions.admitted().size());
        for (GatewaySession other : sessions.admitted()) {
          other.grant(shareBytes);
        }
      }
    }
    completeIfGone();
  }

  synchronized void drain(Duration deadline, String message) {
    drain = new Drain(deadline, message);
    for (GatewaySession session : open) {
      session.drain(deadline, message);
    }
    completeIfGone();
  }

  synchronized void closeAll(String message) {
    for (GatewaySession session : open) {
      session.close(CloseReason.DRAINING, message);
    }
  }

  synchronized int admitted() {
    return lanes.values().stream().mapToInt(sessions -> sessions.admitted().size()).sum();
  }

  /** Whether, once the port drains, every session ended within this time. */
  CompletableFuture<Boolean> awaitAllGone(Duration time) {
    return allGone
        .thenApply(gone -> true)
        .completeOnTimeout(false, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the event loops and with them every connection. */
  CompletableFuture<Void> endLoops() {
    CompletableFuture<?>[] ended =
        lanes.values().stream()
            .map(
                sessions -> {
                  CompletableFuture<Void> end = new CompletableFuture<>();
                  sessions
                      .loops()
                      .shutdownGracefully(0, 2, TimeUnit.SECONDS)
                      .addListener(future -> end.complete(null));
                  return end;
                })
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(ended);
  }

  private LaneSessions on(Lane lane) {
    LaneSessions sessions = lanes.get(lane);
    if (sessions == null) {
      throw new IllegalStateException("no sessions of " + lane);
    }
    return sessions;
  }

  private void completeIfGone() {
    if (drain != null && open.isEmpty()) {
      allGone.complete(null);
    }
  }

  private record LaneSessions(
      CreditShares shares, EventLoopGroup loops, Set<GatewaySession> admitted) {}

  private record Drain(Duration deadline, String message) {}
}
