package io.dunlin.gateway.http.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8, as RFC 3629 has it: no overlong forms, no surrogates. */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Utf8() {}

  public static boolean isValid(byte[] source, int offset, int length) {
    int end = offset + length;
    int p = offset;
    while (p < end) {
      if (end - p >= 8 && ((long) LONG.get(source, p) & 0x8080808080808080L) == 0) {
        p += 8;
        continue;
      }
      int step = sequenceLength(source, p, end);
      if (step == 0) {
        return false;
      }
      p += step;
    }
    return true;
  }

  /** Bytes of the character at {@code p}; 0 if there is none. */
  private static int sequenceLength(byte[] source, int p, int end) {
    int first = source[p] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
      return 0;
    }
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (end - p < length) {
      return 0;
    }
    int second = source[p + 1] & 0xff;
    // the second byte's range is narrower where overlong forms, surrogates or too much would begin
    int min = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int max = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < min || second > max) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((source[p + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
