package io.dunlin.gateway.transport;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.dunlin.shared.protocol.frame.Wire;
import io.dunlin.shared.protocol.frame.socket.FrameChannelSettings;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's connections to nodes; {@code dunlin.gateway.transport} in {@code reference.conf}
 * says what each key means.
 *
 * @param maxPayloadBytes most tensor bytes in one request or reply
 * @param maxWaitingBytes most bytes of attempts that wait for one node's credit; an eighth for
 *     small
 * @param maxOpenStreams most replies of several frames that are assembled at once per node
 * @param connectTimeout time for the TCP connection and for TLS
 * @param backoffMin wait after the first failed connection
 * @param backoffMax longest wait between two tries
 * @param connectEagerly whether to connect when a node becomes known, or at its first attempt
 * @param eventLoops threads that serve all connections of a lane
 * @param socketBufferBytes asked of the kernel for each direction; 0 leaves it to the kernel
 * @param channel how each connection is driven
 * @param tls client side of mutual TLS; null for plain TCP
 */
public record TransportSettings(
    int maxPayloadBytes,
    long maxWaitingBytes,
    int maxOpenStreams,
    Duration connectTimeout,
    Duration backoffMin,
    Duration backoffMax,
    boolean connectEagerly,
    int eventLoops,
    int socketBufferBytes,
    FrameChannelSettings channel,
    @Nullable SslContext tls) {

  /** Where the keys are. */
  public static final String PATH = "dunlin.gateway.transport";

  private static final long GIB = 1L << 30;

  public TransportSettings {
    check("max-payload-bytes", maxPayloadBytes, 1, GIB);
    long largestCost = Wire.creditCost(Wire.maxMessageBytes(maxPayloadBytes));
    check("max-waiting-bytes", maxWaitingBytes, 2 * largestCost, Long.MAX_VALUE / 2);
    check("max-open-streams", maxOpenStreams, 1, 1024);
    check("connect-timeout", connectTimeout.toMillis(), 1, 600_000);
    check("backoff-min", backoffMin.toMillis(), 1, 600_000);
    check("backoff-max", backoffMax.toMillis(), backoffMin.toMillis(), 600_000);
    check("event-loops", eventLoops, 1, 64);
    check("socket-buffer-bytes", socketBufferBytes, 0, 1 << 26);
    channel.validate(PATH);
  }

  /**
   * The settings under {@link #PATH}.
   *
   * @throws IllegalArgumentException saying {@code path: value (expected: ...)}
   */
  public static TransportSettings from(Config root) {
    try {
      Config config = root.getConfig(PATH);
      return new TransportSettings(
          Math.toIntExact(config.getBytes("max-payload-bytes")),
          config.getBytes("max-waiting-bytes"),
          config.getInt("max-open-streams"),
          config.getDuration("connect-timeout"),
          config.getDuration("backoff-min"),
          config.getDuration("backoff-max"),
          config.getBoolean("connect-eagerly"),
          config.getInt("event-loops"),
          Math.toIntExact(config.getBytes("socket-buffer-bytes")),
          FrameChannelSettings.from(config),
          null);
    } catch (ConfigException | ArithmeticException e) {
      throw new IllegalArgumentException(PATH + ": " + e.getMessage(), e);
    }
  }

  /** The same with TLS. */
  public TransportSettings withTls(@Nullable SslContext newTls) {
    return new TransportSettings(
        maxPayloadBytes,
        maxWaitingBytes,
        maxOpenStreams,
        connectTimeout,
        backoffMin,
        backoffMax,
        connectEagerly,
        eventLoops,
        socketBufferBytes,
        channel,
        newTls);
  }

  private static void check(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + key + ": " + value + " (expected: " + least + ".." + most + ")");
    }
  }
}
