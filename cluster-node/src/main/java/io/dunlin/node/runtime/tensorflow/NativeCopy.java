package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.tensorflow.NativePointers.Bytes;

/**
 * Appends pieces of arrays to a stretch of native memory. A native call costs as much as copying
 * some kilobytes, so small pieces are gathered first; large ones go straight across.
 */
final class NativeCopy {
  private static final int STAGING_BYTES = 16 * 1024;

  /** Longer pieces are not gathered. */
  private static final int MAX_GATHERED = 1024;

  private final Bytes target = new Bytes();
  private final byte[] staging = new byte[STAGING_BYTES];
  private long address;
  private int staged;

  /** Starts over at an address. */
  NativeCopy begin(long newAddress) {
    address = newAddress;
    staged = 0;
    return this;
  }

  void append(byte[] source, int offset, int length) {
    if (length > MAX_GATHERED) {
      flush();
      target.moveTo(address).put(source, offset, length);
      address += length;
    } else {
      int at = reserve(length);
      System.arraycopy(source, offset, staging, at, length);
    }
  }

  /** Appends the cell of a string that fits into it, or an empty one for a longer string. */
  void appendCell(byte[] source, int offset, int length) {
    int at = reserve(StringCells.CELL_BYTES);
    StringCells.inline(source, offset, length <= StringCells.MAX_INLINE ? length : 0, staging, at);
  }

  /** Writes what is gathered; must be the last call. */
  void flush() {
    if (staged > 0) {
      target.moveTo(address).put(staging, 0, staged);
      address += staged;
      staged = 0;
    }
  }

  private int reserve(int length) {
    if (length > STAGING_BYTES - staged) {
      flush();
    }
    int at = staged;
    staged += length;
    return at;
  }
}
