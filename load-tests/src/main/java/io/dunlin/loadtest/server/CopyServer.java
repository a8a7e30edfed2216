package io.dunlin.loadtest.server;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the bytes alone cost: reads each HTTP request's body into memory from a blocking socket and
 * answers a fixed number of bytes, a thread for each connection. {@code CopyServer PORT
 * ANSWER_BYTES}, on the loopback address.
 */
public final class CopyServer {
  private static final int MAX_HEAD = 16 << 10;
  private static final String LENGTH = "content-length:";

  private CopyServer() {}

  public static void main(String[] args) throws Exception {
    byte[] answer = answer(Integer.parseInt(args[1]));
    try (ServerSocket listening =
        new ServerSocket(Integer.parseInt(args[0]), 64, InetAddress.getLoopbackAddress())) {
      while (true) {
        Socket socket = listening.accept();
        Thread.ofPlatform().daemon().name("copy").start(() -> serve(socket, answer));
      }
    }
  }

  private static byte[] answer(int bytes) {
    return ("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n" + "0".repeat(bytes))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void serve(Socket socket, byte[] answer) {
    try (socket;
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), answer.length)) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      byte[] head = new byte[MAX_HEAD];
      byte[] body = new byte[0];
      for (int have = readHead(in, head); have > 0; have = readHead(in, head)) {
        int end = endOfHead(head, have);
        int length = contentLength(new String(head, 0, end, StandardCharsets.ISO_8859_1));
        body = body.length == length ? body : new byte[length];
        System.arraycopy(head, end, body, 0, have - end);
        if (in.readNBytes(body, have - end, length - (have - end)) < length - (have - end)) {
          throw new EOFException("body");
        }
        out.write(answer);
        out.flush();
      }
    } catch (IOException e) {
      System.err.println("copy: " + e);
    }
  }

  /** Bytes read, the whole head among them; 0 at the end of the connection. */
  private static int readHead(InputStream in, byte[] head) throws IOException {
    int have = 0;
    while (have == 0 || endOfHead(head, have) < 0) {
      int more = in.read(head, have, head.length - have);
      if (more <= 0) {
        return 0;
      }
      have += more;
    }
    return have;
  }

  /** Where the body begins; -1 while the head is not whole. */
  private static int endOfHead(byte[] bytes, int have) {
    for (int i = 3; i < have; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private static int contentLength(String head) throws IOException {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        return Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    throw new IOException("no Content-Length: " + head);
  }
}
