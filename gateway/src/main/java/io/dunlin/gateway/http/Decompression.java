package io.dunlin.gateway.http;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Undoes {@code Content-Encoding: gzip} and {@code deflate} (RFC 9110 section 8.4), bounded. */
final class Decompression {
  private Decompression() {}

  /**
   * @param maxBytes most bytes to give back; a body that inflates to more is refused
   */
  static byte[] inflate(byte[] body, String encoding, int maxBytes) {
    try (InputStream in = open(body, encoding)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(maxBytes, body.length * 4));
      byte[] chunk = new byte[16384];
      int read;
      while ((read = in.read(chunk)) >= 0) {
        if (out.size() + (long) read > maxBytes) {
          throw new InferenceException(
              FailureCode.PAYLOAD_TOO_LARGE,
              "request body: too large once decompressed (expected: <= " + maxBytes + " bytes)");
        }
        out.write(chunk, 0, read);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new InferenceException(
          FailureCode.INVALID_ARGUMENT,
          "Content-Encoding: "
              + encoding
              + " (expected: a body in that encoding; "
              + e.getMessage()
              + ")");
    }
  }

  private static InputStream open(byte[] body, String encoding) throws IOException {
    ByteArrayInputStream raw = new ByteArrayInputStream(body);
    return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> new GZIPInputStream(raw);
      case "deflate" -> new InflaterInputStream(raw, new Inflater(!hasZlibHeader(body)));
      default ->
          throw new InferenceException(
              FailureCode.UNIMPLEMENTED,
              "Content-Encoding: '" + encoding + "' (expected: identity, gzip or deflate)");
    };
  }

  /** RFC 1950: method 8 in the low nibble, and the first two bytes a multiple of 31. */
  private static boolean hasZlibHeader(byte[] body) {
    return body.length >= 2
        && (body[0] & 0x0f) == 8
        && ((body[0] & 0xff) << 8 | body[1] & 0xff) % 31 == 0;
  }
}
