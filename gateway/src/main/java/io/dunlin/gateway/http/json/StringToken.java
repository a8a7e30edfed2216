package io.dunlin.gateway.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The JSON string scanned last, as bytes. Without escapes they are those of the document itself;
 * else they are unescaped into a scratch array. Bytes beyond ASCII pass as they are: a tensor's
 * strings are bytes, whatever their encoding. Reused from string to string.
 */
final class StringToken {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;

  private static final byte[] NONE = new byte[0];

  private byte[] bytes = NONE;
  private int offset;
  private int length;
  private boolean escaped;
  private byte[] scratch = NONE;

  /**
   * Scans the string whose opening quote is at {@code at}.
   *
   * @return the offset after its closing quote
   */
  int scan(byte[] source, int from, int at, int limit) {
    int p = at + 1;
    boolean escapes = false;
    for (; ; ) {
      while (limit - p >= 8 && isPlain((long) LONG.get(source, p))) {
        p += 8;
      }
      if (p >= limit) {
        throw new JsonSyntaxException("Missing a closing quotation mark in string.", at - from);
      }
      byte c = source[p];
      if (c == '"') {
        break;
      }
      if (c == '\\') {
        escapes = true;
        p = checkEscape(source, from, p, limit);
      } else if (c >= 0 && c < ' ') {
        throw new JsonSyntaxException("Unescaped control character in string.", p - from);
      } else {
        p++;
      }
    }
    bytes = source;
    offset = at + 1;
    length = p - offset;
    escaped = escapes;
    return p + 1;
  }

  /** Whether none of eight bytes is a quote, a backslash or a control character. */
  static boolean isPlain(long eight) {
    long quote = eight ^ ONES * '"';
    long backslash = eight ^ ONES * '\\';
    long zeros = quote - ONES & ~quote | backslash - ONES & ~backslash;
    return ((zeros | eight - ONES * ' ' & ~eight) & TOPS) == 0;
  }

  /** The offset after the escape sequence at {@code at}, a pair of surrogates being one. */
  private static int checkEscape(byte[] source, int from, int at, int limit) {
    if (at + 1 >= limit) {
      throw new JsonSyntaxException("Missing a closing quotation mark in string.", at - from);
    }
    switch (source[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        int unit = hex4(source, from, at, limit);
        if (!Character.isSurrogate((char) unit)) {
          return at + 6;
        }
        boolean pair =
            Character.isHighSurrogate((char) unit)
                && at + 7 < limit
                && source[at + 6] == '\\'
                && source[at + 7] == 'u'
                && Character.isLowSurrogate((char) hex4(source, from, at + 6, limit));
        if (!pair) {
          throw new JsonSyntaxException("The surrogate pair in string is invalid.", at - from);
        }
        return at + 12;
      }
      default -> throw new JsonSyntaxException("Invalid escape character in string.", at - from);
    }
  }

  private static int hex4(byte[] source, int from, int at, int limit) {
    int value = 0;
    for (int p = at + 2; p < at + 6; p++) {
      int digit = p < limit ? Character.digit(source[p], 16) : -1;
      if (digit < 0) {
        throw new JsonSyntaxException("Incorrect hex digit after \\u escape in string.", at - from);
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** The array that holds the content; valid until the next scan. */
  byte[] bytes() {
    if (escaped) {
      unescape();
    }
    return bytes;
  }

  /** Where the content begins in {@link #bytes}, which must be asked first. */
  int offset() {
    return offset;
  }

  /** How long the content is in {@link #bytes}, which must be asked first. */
  int length() {
    return length;
  }

  private void unescape() {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 64)];
    }
    int out = 0;
    int p = offset;
    int limit = offset + length;
    while (p < limit) {
      byte c = bytes[p];
      if (c != '\\') {
        scratch[out++] = c;
        p++;
        continue;
      }
      byte kind = bytes[p + 1];
      p += 2;
      if (kind == 'u') {
        int code = hex4(bytes, 0, p - 2, limit);
        p += 4;
        if (Character.isHighSurrogate((char) code)) {
          code = Character.toCodePoint((char) code, (char) hex4(bytes, 0, p, limit));
          p += 6;
        }
        out = putUtf8(scratch, out, code);
      } else {
        scratch[out++] = unescaped(kind);
      }
    }
    bytes = scratch;
    offset = 0;
    length = out;
    escaped = false;
  }

  private static byte unescaped(byte kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  private static int putUtf8(byte[] target, int at, int code) {
    int out = at;
    if (code < 0x80) {
      target[out++] = (byte) code;
    } else if (code < 0x800) {
      target[out++] = (byte) (0xc0 | code >> 6);
      target[out++] = (byte) (0x80 | code & 0x3f);
    } else if (code < 0x10000) {
      target[out++] = (byte) (0xe0 | code >> 12);
      target[out++] = (byte) (0x80 | code >> 6 & 0x3f);
      target[out++] = (byte) (0x80 | code & 0x3f);
    } else {
      target[out++] = (byte) (0xf0 | code >> 18);
      target[out++] = (byte) (0x80 | code >> 12 & 0x3f);
      target[out++] = (byte) (0x80 | code >> 6 & 0x3f);
      target[out++] = (byte) (0x80 | code & 0x3f);
    }
    return out;
  }

  /** Whether the content is this text. */
  boolean contentEquals(String text) {
    byte[] content = bytes();
    int count = text.length();
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(content, offset, offset + length, utf8, 0, utf8.length);
      }
      if (i >= length || content[offset + i] != c) {
        return false;
      }
    }
    return count == length;
  }

  /** The content as text; what is not UTF-8 becomes the replacement character. */
  String text() {
    byte[] content = bytes();
    return new String(content, offset, length, StandardCharsets.UTF_8);
  }
}
