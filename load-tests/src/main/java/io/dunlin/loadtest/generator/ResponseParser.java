package io.dunlin.loadtest.generator;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one HTTP/1.1 answer after another from bytes as they come, however they are cut.
 *
 * <p>Bodies with Content-Length and chunked ones; a body is counted and thrown away unless {@link
 * #begin} asked to keep it. An answer that ends with its connection is refused, because its end
 * cannot be told from a failure.
 */
public final class ResponseParser {
  private static final int MAX_HEAD_BYTES = 64 << 10;
  private static final int MAX_LINE_BYTES = 4 << 10;

  private enum State {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER,
    DONE
  }

  private State state = State.DONE;
  private byte[] head = new byte[1024];
  private int headLength;
  private int lineLength;
  private long remaining;
  private boolean keeping;
  private byte[] body = new byte[0];
  private int bodyLength;
  private int status;
  private boolean keepAlive = true;

  /** Gets ready for the next answer. */
  void begin(boolean keepBody) {
    state = State.HEAD;
    headLength = 0;
    lineLength = 0;
    bodyLength = 0;
    keeping = keepBody;
    status = 0;
    keepAlive = true;
  }

  /**
   * Takes bytes up to the end of the answer.
   *
   * @return whether the answer is complete; bytes left in the buffer are not part of it
   */
  boolean feed(ByteBuffer in) throws MalformedAnswerException {
    while (state != State.DONE && in.hasRemaining()) {
      switch (state) {
        case HEAD -> readHead(in);
        case BODY -> readBody(in, State.DONE);
        case CHUNK_SIZE -> readChunkSize(in);
        case CHUNK_DATA -> readBody(in, State.CHUNK_END);
        case CHUNK_END -> readChunkEnd(in);
        case TRAILER -> readTrailer(in);
        case DONE -> throw new AssertionError("done");
      }
    }
    return state == State.DONE;
  }

  public int status() {
    return status;
  }

  /** Whether the server keeps the connection open. */
  public boolean keepAlive() {
    return keepAlive;
  }

  /** The answer, when its body was kept. */
  public Answer answer() {
    return new Answer(
        status,
        new String(head, 0, headLength, StandardCharsets.ISO_8859_1),
        Arrays.copyOf(body, bodyLength));
  }

  private void readHead(ByteBuffer in) throws MalformedAnswerException {
    while (in.hasRemaining()) {
      if (headLength == head.length) {
        if (headLength >= MAX_HEAD_BYTES) {
          throw new MalformedAnswerException("head: longer than " + MAX_HEAD_BYTES + " bytes");
        }
        head = Arrays.copyOf(head, 2 * head.length);
      }
      byte next = in.get();
      head[headLength++] = next;
      if (next == '\n' && headEnds()) {
        parseHead();
        return;
      }
    }
  }

  private boolean headEnds() {
    return headLength >= 4
        && head[headLength - 2] == '\r'
        && head[headLength - 3] == '\n'
        && head[headLength - 4] == '\r';
  }

  private void parseHead() throws MalformedAnswerException {
    parseStatusLine();
    long contentLength = -1;
    boolean chunked = false;
    int line = lineAfter(0);
    while (line < headLength - 2) {
      int next = lineAfter(line);
      if (startsWith(line, "content-length:")) {
        contentLength = number(line + "content-length:".length(), next);
      } else if (startsWith(line, "transfer-encoding:")) {
        chunked = value(line, next).endsWith("chunked");
      } else if (startsWith(line, "connection:")) {
        keepAlive = !value(line, next).contains("close");
      }
      line = next;
    }
    if (status < 200) {
      headLength = 0; // an interim answer; the real one follows
    } else if (chunked) {
      state = State.CHUNK_SIZE;
      remaining = 0;
    } else if (status == 204 || status == 304 || contentLength == 0) {
      state = State.DONE;
    } else if (contentLength > 0) {
      remaining = contentLength;
      state = State.BODY;
    } else {
      throw new MalformedAnswerException("head: neither Content-Length nor chunked");
    }
  }

  private void parseStatusLine() throws MalformedAnswerException {
    if (!startsWith(0, "http/1.") || headLength < 13 || head[8] != ' ') {
      throw new MalformedAnswerException(
          "status line: '"
              + new String(head, 0, Math.min(headLength, 40), StandardCharsets.ISO_8859_1).strip()
              + "' (expected: HTTP/1.x NNN)");
    }
    status = (int) number(9, 12);
    keepAlive = head[7] == '1';
  }

  private int lineAfter(int from) {
    int at = from;
    while (at < headLength && head[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  private boolean startsWith(int from, String lowerCase) {
    if (headLength - from < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      int c = head[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(int line, int next) {
    String text = new String(head, line, next - line, StandardCharsets.ISO_8859_1);
    return text.substring(text.indexOf(':') + 1).strip().toLowerCase(java.util.Locale.ROOT);
  }

  private long number(int from, int to) throws MalformedAnswerException {
    long value = 0;
    boolean any = false;
    for (int i = from; i < to; i++) {
      int c = head[i];
      if (c >= '0' && c <= '9' && value < Long.MAX_VALUE / 20) {
        value = 10 * value + (c - '0');
        any = true;
      } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        any = false;
        break;
      }
    }
    if (!any) {
      throw new MalformedAnswerException(
          "head: '"
              + new String(head, from, to - from, StandardCharsets.ISO_8859_1).strip()
              + "' (expected: a number)");
    }
    return value;
  }

  private void readBody(ByteBuffer in, State after) {
    int count = (int) Math.min(remaining, in.remaining());
    if (keeping) {
      if (body.length - bodyLength < count) {
        body = Arrays.copyOf(body, Math.max(bodyLength + count, 2 * body.length));
      }
      in.get(body, bodyLength, count);
      bodyLength += count;
    } else {
      in.position(in.position() + count);
    }
    remaining -= count;
    if (remaining == 0) {
      state = after;
    }
  }

  private void readChunkSize(ByteBuffer in) throws MalformedAnswerException {
    while (in.hasRemaining()) {
      int c = in.get();
      if (c == '\n') {
        if (lineLength == 0) {
          throw new MalformedAnswerException("chunk: no size");
        }
        state = remaining == 0 ? State.TRAILER : State.CHUNK_DATA;
        lineLength = 0;
        return;
      }
      int digit = Character.digit(c, 16);
      if (digit >= 0 && lineLength >= 0) {
        remaining = 16 * remaining + digit;
        lineLength++;
      } else if (c != '\r') {
        // An extension (";name=value") may follow the size; its letters are no digits of it.
        lineLength = lineLength == 0 ? 0 : -1;
      }
      if (lineLength > 8) {
        throw new MalformedAnswerException("chunk: more than 8 digits of size");
      }
    }
  }

  private void readChunkEnd(ByteBuffer in) throws MalformedAnswerException {
    while (in.hasRemaining()) {
      int c = in.get();
      if (c == '\n') {
        state = State.CHUNK_SIZE;
        lineLength = 0;
        return;
      }
      if (c != '\r') {
        throw new MalformedAnswerException("chunk: longer than its size");
      }
    }
  }

  private void readTrailer(ByteBuffer in) throws MalformedAnswerException {
    while (in.hasRemaining()) {
      int c = in.get();
      if (c == '\n') {
        if (lineLength == 0) {
          state = State.DONE;
          return;
        }
        lineLength = 0;
      } else if (c != '\r' && ++lineLength > MAX_LINE_BYTES) {
        throw new MalformedAnswerException("trailer: line over " + MAX_LINE_BYTES + " bytes");
      }
    }
  }
}
