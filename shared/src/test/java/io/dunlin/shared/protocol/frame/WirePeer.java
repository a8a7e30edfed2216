package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.protocol.frame.ControlFrame.Hello;
import io.dunlin.shared.protocol.frame.Wire.VersionRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * One end of a data plane connection in a test's hands: a blocking socket that speaks frames, well
 * or badly, and reads only when it is asked to.
 */
public final class WirePeer implements AutoCloseable, FrameHandler {
  /** What {@link #next} gives. */
  public sealed interface Event {
    /** A control frame came. */
    record Control(ControlFrame frame) implements Event {}

    /** A message came, whole. */
    record Message(FrameType type, long attemptId, byte[] body) implements Event {}

    /** The other side closed the connection. */
    record Closed() implements Event {}
  }

  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final FrameReader reader = new FrameReader(this);
  private final Queue<Event> events = new ArrayDeque<>();
  private final byte[] buffer = new byte[64 * 1024];

  private WirePeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    reader.establish(1 << 27, 64);
  }

  /** Connects to a data port on this machine. */
  public static WirePeer connect(int port) throws IOException {
    return new WirePeer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** The next connection that comes, within ten seconds. */
  public static WirePeer accept(ServerSocket server) throws IOException {
    server.setSoTimeout(TIMEOUT_MILLIS);
    return new WirePeer(server.accept());
  }

  /** A gateway's HELLO as version 1 says it. */
  public static Hello gatewayHello(String cluster, String nodeId, Lane lane) {
    return new Hello(new VersionRange(1, 1), cluster, "gateway-1", nodeId, lane, 1 << 26, 4, 0);
  }

  /** A node's answer to a HELLO, granting this credit. */
  public static Hello nodeHello(Hello offer, long creditBytes) {
    return new Hello(
        new VersionRange(1, 1),
        offer.cluster(),
        offer.receiver(),
        offer.sender(),
        offer.lane(),
        1 << 26,
        4,
        creditBytes);
  }

  public void send(ControlFrame frame) throws IOException {
    sendBytes(ControlCodec.encode(frame));
  }

  /** Sends a message as one frame, or cut into chunks. */
  public void send(OutgoingMessage message, int chunkBytes) throws IOException {
    sendBytes(frames(message, chunkBytes));
  }

  /** The frames of a message as they lie on the wire. */
  public static byte[] frames(OutgoingMessage message, int chunkBytes) {
    Outbox outbox = new Outbox(chunkBytes, sent -> {});
    outbox.add(message);
    ByteBuffer target =
        ByteBuffer.allocate(message.bodyBytes() + 64 + 64 * (message.bodyBytes() / chunkBytes));
    outbox.fill(target);
    if (!outbox.isEmpty()) {
      throw new IllegalStateException("buffer too small");
    }
    return Arrays.copyOf(target.array(), target.position());
  }

  public void sendBytes(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /** The next frame or message, or the end of the connection; PINGs are answered on the way. */
  public Event next() throws IOException {
    Event event = events.poll();
    InputStream in = socket.getInputStream();
    while (event == null) {
      int n = read(in);
      if (n < 0) {
        return new Event.Closed();
      }
      reader.receive(ByteBuffer.wrap(buffer, 0, n));
      event = events.poll();
    }
    return event;
  }

  private int read(InputStream in) throws IOException {
    try {
      return in.read(buffer);
    } catch (SocketException e) {
      return -1;
    }
  }

  /** The next control frame of this type; anything else fails. */
  public <T extends ControlFrame> T nextControl(Class<T> type) throws IOException {
    Event event = next();
    if (event instanceof Event.Control control && type.isInstance(control.frame())) {
      return type.cast(control.frame());
    }
    throw new AssertionError("came: " + event + " (expected: " + type.getSimpleName() + ")");
  }

  /** The next message; anything else fails. */
  public Event.Message nextMessage() throws IOException {
    Event event = next();
    if (event instanceof Event.Message message) {
      return message;
    }
    throw new AssertionError("came: " + event + " (expected: a message)");
  }

  /** Asks for small kernel buffers, so that a peer that is not read stalls early. */
  public void useSmallBuffers() throws IOException {
    socket.setReceiveBufferSize(4096);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Closes with a reset, as a killed process does. */
  public void kill() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void control(ControlFrame frame) {
    if (frame instanceof ControlFrame.Ping ping) {
      try {
        send(new ControlFrame.Pong(ping.number()));
      } catch (IOException e) {
        // The next read says so.
      }
      return;
    }
    if (!(frame instanceof ControlFrame.Pong)) {
      events.add(new Event.Control(frame));
    }
  }

  @Override
  public boolean begins(FrameType type, long attemptId, int bodyBytes) {
    return true;
  }

  @Override
  public void message(FrameType type, long attemptId, byte[] body) {
    events.add(new Event.Message(type, attemptId, body));
  }

  @Override
  public void skipped(FrameType type, long attemptId) {}
}
