package io.dunlin.loadtest.generator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One kept-alive connection with at most one request on it. Used by one thread. */
public final class Connection {
  private final InetSocketAddress target;
  private final Selector selector;
  private final ResponseParser parser = new ResponseParser();
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private @Nullable PreparedRequest request;
  private @Nullable ByteBuffer unsent;
  private long dueNanos;
  private boolean checked;
  private long answers;

  public Connection(InetSocketAddress target, Selector selector) {
    this.target = target;
    this.selector = selector;
  }

  /**
   * Begins to connect.
   *
   * @return whether it is connected already; otherwise the selector says when to call {@link
   *     #finishConnect}
   */
  public boolean connect() throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    boolean connected = opened.connect(target);
    key =
        opened.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    return connected;
  }

  public void finishConnect() throws IOException {
    if (channel != null && key != null && channel.finishConnect()) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  /** The request on its way, if any. */
  public @Nullable PreparedRequest request() {
    return request;
  }

  /** When that request was due. */
  long dueNanos() {
    return dueNanos;
  }

  /** Whether the answer under way keeps its body to be checked. */
  boolean checked() {
    return checked;
  }

  public ResponseParser parser() {
    return parser;
  }

  public void send(PreparedRequest next, long due, int checkEvery) throws IOException {
    if (request != null) {
      throw new IllegalStateException("a request is on its way");
    }
    request = next;
    dueNanos = due;
    checked = answers++ % checkEvery == 0;
    parser.begin(checked);
    unsent = next.bytes();
    write();
  }

  /** Sends what the socket did not take before. */
  public void write() throws IOException {
    if (channel == null || key == null || unsent == null) {
      return;
    }
    channel.write(unsent);
    if (unsent.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    } else {
      unsent = null;
      if (key.interestOps() != SelectionKey.OP_READ) {
        key.interestOps(SelectionKey.OP_READ);
      }
    }
  }

  /**
   * Reads what has come.
   *
   * @param buffer scratch space, empty
   * @return whether the answer to {@link #request} is complete
   */
  public boolean read(ByteBuffer buffer) throws IOException, MalformedAnswerException {
    if (channel == null) {
      return false;
    }
    while (true) {
      int count = channel.read(buffer.clear());
      if (count < 0) {
        throw new IOException("connection closed by the server");
      }
      if (count == 0) {
        return false;
      }
      if (request == null) {
        throw new UnaskedBytesException("bytes without a request");
      }
      boolean complete = parser.feed(buffer.flip());
      if (complete && buffer.hasRemaining()) {
        throw new UnaskedBytesException(buffer.remaining() + " bytes after the answer");
      }
      if (complete || count < buffer.capacity()) {
        return complete;
      }
    }
  }

  /** Makes room for the next request. */
  public void answered() {
    request = null;
    unsent = null;
  }

  public void close() {
    request = null;
    unsent = null;
    if (key != null) {
      key.cancel();
      key = null;
    }
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Closing is all that was wanted of it.
      }
      channel = null;
    }
  }
}
