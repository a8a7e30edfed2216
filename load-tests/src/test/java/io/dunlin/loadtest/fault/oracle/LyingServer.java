package io.dunlin.loadtest.fault.oracle;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Serves {@code half_plus_two} as a gateway would, but for every fifth request, which it answers as
 * its lie has it. Byte for byte, so that it can say what no HTTP library would.
 */
final class LyingServer implements Closeable {
  private final ServerSocket listening;
  private final Lie lie;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch told;

  /** What is wrong with an answer. */
  enum Lie {
    NONE,
    /** Another row's value. */
    VALUE,
    /** A value only version 2 would give, under the name of version 1. */
    MIXED_ROWS,
    OTHER_VERSION,
    NO_VERSION,
    OTHER_ID,
    /** The answer twice in one piece. */
    TWICE_AT_ONCE,
    /** The answer, and once more when the caller has taken it. */
    TWICE_LATER,
    /** 200 without the output. */
    EMPTY,
    HALF_AN_ANSWER,
    NOTHING,
    REFUSAL,
    NOT_FOUND,
    LATE
  }

  /**
   * @param lies how many it tells until {@link #awaitLies} returns
   */
  LyingServer(Lie lie, int lies) throws IOException {
    this.lie = lie;
    told = new CountDownLatch(lies);
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  boolean awaitLies() throws InterruptedException {
    return told.await(20, TimeUnit.SECONDS);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
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
      boolean more = true;
      while (more) {
        long number = readNumber(in);
        boolean lies = number % 5 == 3;
        more = answer(socket.getOutputStream(), number, lies ? lie : Lie.NONE);
        if (lies) {
          told.countDown();
        }
      }
    } catch (IOException | InterruptedException e) {
      // The caller hung up, or the test is over.
    }
  }

  /** Reads a request; the number in its id. */
  private static long readNumber(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.append((char) next);
    }
    long number = 0;
    int length = 0;
    for (String line : head.toString().lines().toList()) {
      if (line.startsWith("X-Request-Id: fault-")) {
        number = Long.parseLong(line.substring("X-Request-Id: fault-".length()));
      } else if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    in.readNBytes(length);
    return number;
  }

  /** Whether the connection stays. */
  private static boolean answer(OutputStream out, long number, Lie lie)
      throws IOException, InterruptedException {
    String right = ok(number, 1, 2);
    switch (lie) {
      case NONE -> write(out, right);
      case VALUE -> write(out, ok(number + 1, 1, 2).replace(id(number + 1), id(number)));
      case MIXED_ROWS -> write(out, text(number, "200 OK", "1", rows(number, 2, 3)));
      case OTHER_VERSION -> write(out, ok(number, 1, 3));
      case NO_VERSION -> write(out, right.replace("X-Dunlin-Model-Version: 1\r\n", ""));
      case OTHER_ID -> write(out, right.replace(id(number), id(number + 5)));
      case TWICE_AT_ONCE -> write(out, right + right);
      case TWICE_LATER -> {
        write(out, right);
        // Long after the caller has taken the first, on a connection that may be idle.
        pause();
        write(out, right);
      }
      case EMPTY -> write(out, text(number, "200 OK", "1", "[]"));
      case HALF_AN_ANSWER -> {
        write(out, right.substring(0, right.length() - 5));
        return false;
      }
      case NOTHING -> {
        return false;
      }
      case REFUSAL -> write(out, text(number, "503 Service Unavailable", "1", "[]"));
      case NOT_FOUND -> write(out, text(number, "404 Not Found", "1", "[]"));
      case LATE -> {
        pause();
        write(out, right);
      }
    }
    return true;
  }

  private static void pause() throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(120, TimeUnit.MILLISECONDS);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String ok(long number, long version, int offset) {
    return text(number, "200 OK", Long.toString(version), rows(number, offset, offset));
  }

  /** What {@link HalfPlus} expects, written down once more and independently. */
  private static String rows(long number, int first, int others) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < 3; row++) {
      double x = 10.0 * ((number * 7 + row * 13L) % 2003);
      rows.add("[" + (x / 2 + (row == 0 ? first : others)) + "]");
    }
    return "[" + String.join(",", rows) + "]";
  }

  private static String id(long number) {
    return "X-Request-Id: fault-" + number + "\r\n";
  }

  private static String text(long number, String status, String version, String predictions) {
    String body = "{\"predictions\": " + predictions + "}";
    return "HTTP/1.1 "
        + status
        + "\r\n"
        + id(number)
        + "X-Dunlin-Model-Version: "
        + version
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
