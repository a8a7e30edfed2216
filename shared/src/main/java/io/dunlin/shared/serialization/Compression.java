package io.dunlin.shared.serialization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Bytes with less of what they repeat (RFC 1952). */
final class Compression {
  private static final int MAGIC_0 = 0x1f;
  private static final int MAGIC_1 = 0x8b;

  private Compression() {}

  static byte[] compress(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4);
    try (GZIPOutputStream gzip = new Fast(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  static boolean isCompressed(byte[] bytes) {
    return bytes.length > 2 && (bytes[0] & 0xff) == MAGIC_0 && (bytes[1] & 0xff) == MAGIC_1;
  }

  /**
   * @param maxBytes what it may expand to
   */
  static byte[] expand(byte[] compressed, int maxBytes) throws IOException {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      byte[] plain = gzip.readNBytes(maxBytes);
      if (gzip.read() >= 0) {
        throw new IOException("expanded bytes: more than " + maxBytes + " (expected: <= that)");
      }
      return plain;
    }
  }

  private static final class Fast extends GZIPOutputStream {
    Fast(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
