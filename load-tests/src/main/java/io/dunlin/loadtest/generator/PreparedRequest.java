package io.dunlin.loadtest.generator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A request rendered once and sent many times. Thread-safe. */
public final class PreparedRequest {
  private final String name;
  private final ByteBuffer bytes;
  private final AnswerCheck check;

  private PreparedRequest(String name, ByteBuffer bytes, AnswerCheck check) {
    this.name = name;
    this.bytes = bytes;
    this.check = check;
  }

  /**
   * A POST over HTTP/1.1 that keeps its connection.
   *
   * @param name for reports
   * @param host value of the Host header
   * @param headers further headers; Content-Length is added
   */
  public static PreparedRequest post(
      String name,
      String host,
      String path,
      Map<String, String> headers,
      byte[] body,
      AnswerCheck check) {
    StringBuilder head = new StringBuilder(256);
    head.append("POST ").append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    headers.forEach(
        (header, value) -> head.append(header).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    // Direct, so that a socket write copies nothing.
    ByteBuffer bytes = ByteBuffer.allocateDirect(headBytes.length + body.length);
    bytes.put(headBytes).put(body).flip();
    return new PreparedRequest(name, bytes, check);
  }

  public String name() {
    return name;
  }

  /** The bytes to send, with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  public int byteSize() {
    return bytes.limit();
  }

  public AnswerCheck check() {
    return check;
  }
}
