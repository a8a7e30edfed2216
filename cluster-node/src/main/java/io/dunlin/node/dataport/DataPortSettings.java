package io.dunlin.node.dataport;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.dunlin.shared.protocol.frame.Lane;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannelSettings;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The node's data port; {@code dunlin.node.data-port} in {@code reference.conf} says what each key
 * means.
 *
 * @param bind address to listen on
 * @param port port to listen on; 0 for a free one
 * @param maxPayloadBytes most tensor bytes in one request or reply
 * @param budgetBytes bytes of requests in hand, all gateways together; an eighth for small
 * @param maxReplyBytes most bytes of replies that wait for one gateway to read
 * @param maxOpenStreams most requests of several frames that are assembled at once per gateway
 * @param drainTimeout time for what is in flight when the port closes
 * @param eventLoops threads that serve all connections of a lane
 * @param socketBufferBytes asked of the kernel for each direction; 0 leaves it to the kernel
 * @param channel how each connection is driven
 * @param tls server side of mutual TLS; null for plain TCP
 */
public record DataPortSettings(
    String bind,
    int port,
    int maxPayloadBytes,
    long budgetBytes,
    long maxReplyBytes,
    int maxOpenStreams,
    Duration drainTimeout,
    int eventLoops,
    int socketBufferBytes,
    FrameChannelSettings channel,
    @Nullable SslContext tls) {

  /** Where the keys are. */
  public static final String PATH = "dunlin.node.data-port";

  private static final long GIB = 1L << 30;
  private static final long LEAST_EXPRESS_SHARE_BYTES = 1L << 20;

  public DataPortSettings {
    if (bind.isEmpty()) {
      throw new IllegalArgumentException(PATH + ".bind: '' (expected: a host name or address)");
    }
    check("port", port, 0, 65535);
    check("max-payload-bytes", maxPayloadBytes, 1, GIB);
    check("budget-bytes", budgetBytes, 2 * largestCost(maxPayloadBytes), Long.MAX_VALUE / 2);
    check("max-reply-bytes", maxReplyBytes, 1, Long.MAX_VALUE / 2);
    check("max-open-streams", maxOpenStreams, 1, 1024);
    check("drain-timeout", drainTimeout.toMillis(), 0, 3_600_000);
    check("event-loops", eventLoops, 1, 64);
    check("socket-buffer-bytes", socketBufferBytes, 0, 1 << 26);
    channel.validate(PATH);
  }

  /**
   * The settings under {@link #PATH}.
   *
   * @throws IllegalArgumentException saying {@code path: value (expected: ...)}
   */
  public static DataPortSettings from(Config root) {
    try {
      Config config = root.getConfig(PATH);
      return new DataPortSettings(
          config.getString("bind"),
          config.getInt("port"),
          Math.toIntExact(config.getBytes("max-payload-bytes")),
          config.getBytes("budget-bytes"),
          config.getBytes("max-reply-bytes"),
          config.getInt("max-open-streams"),
          config.getDuration("drain-timeout"),
          config.getInt("event-loops"),
          Math.toIntExact(config.getBytes("socket-buffer-bytes")),
          FrameChannelSettings.from(config),
          null);
    } catch (ConfigException | ArithmeticException e) {
      throw new IllegalArgumentException(PATH + ": " + e.getMessage(), e);
    }
  }

  /** The same with TLS. */
  public DataPortSettings withTls(@Nullable SslContext newTls) {
    return new DataPortSettings(
        bind,
        port,
        maxPayloadBytes,
        budgetBytes,
        maxReplyBytes,
        maxOpenStreams,
        drainTimeout,
        eventLoops,
        socketBufferBytes,
        channel,
        newTls);
  }

  /** How the budget is divided on a lane. */
  CreditShares shares(Lane lane) {
    return new CreditShares(lane.partOf(budgetBytes), leastShareBytes(lane));
  }

  /** What a gateway must at least be granted so that the largest request can be sent at all. */
  private long leastShareBytes(Lane lane) {
    return switch (lane) {
      case EXPRESS -> LEAST_EXPRESS_SHARE_BYTES;
      case BULK -> largestCost(maxPayloadBytes);
    };
  }

  private static long largestCost(int maxPayloadBytes) {
    return Wire.creditCost(Wire.maxMessageBytes(maxPayloadBytes));
  }

  private static void check(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + key + ": " + value + " (expected: " + least + ".." + most + ")");
    }
  }
}
