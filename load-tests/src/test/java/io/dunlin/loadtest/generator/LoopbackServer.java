package io.dunlin.loadtest.generator;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;

/** A small HTTP/1.1 server that can also misbehave: its handler writes the answer byte for byte. */
final class LoopbackServer implements Closeable {
  private final ServerSocket listening;
  private final Function<byte[], Optional<byte[]>> handler;

  /**
   * @param handler from a request's body to the whole answer; empty hangs up
   */
  LoopbackServer(Function<byte[], Optional<byte[]>> handler) {
    this.handler = handler;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  static byte[] answer(int status, String headers, byte[] body) {
    byte[] head =
        ("HTTP/1.1 " + status + " Text\r\nContent-Length: " + body.length + "\r\n" + headers)
            .concat("\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        return; // closed: the test is over
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        Optional<byte[]> answer = handler.apply(readBody(in));
        if (answer.isEmpty()) {
          return;
        }
        socket.getOutputStream().write(answer.get());
      }
    } catch (IOException e) {
      // The client hung up.
    }
  }

  private static byte[] readBody(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.append((char) next);
    }
    int length =
        head.toString()
            .lines()
            .filter(line -> line.startsWith("Content-Length: "))
            .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
            .sum();
    return in.readNBytes(length);
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
