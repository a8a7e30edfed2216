package io.dunlin.node.device;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads lines of bytes; what goes beyond a line's bound is thrown away. */
final class BoundedLines {
  static final int MAX_LINE_BYTES = 4096;

  private final InputStream in;
  private final byte[] line = new byte[MAX_LINE_BYTES];

  BoundedLines(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next line without its end, or null after the last. */
  @Nullable String next() throws IOException {
    int length = 0;
    int read = in.read();
    if (read < 0) {
      return null;
    }
    while (read >= 0 && read != '\n') {
      if (length < MAX_LINE_BYTES) {
        line[length++] = (byte) read;
      }
      read = in.read();
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }
}
