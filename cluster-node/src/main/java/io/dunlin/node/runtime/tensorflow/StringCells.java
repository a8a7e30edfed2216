package io.dunlin.node.runtime.tensorflow;

/**
 * Layout of the elements of a native string tensor.
 *
 * <p>An element is a cell of 24 bytes (TensorFlow's {@code ctstring_internal.h}). A string of up to
 * 22 bytes lies inside its cell: the size times four in the first byte (whose two lowest bits, zero
 * here, tell the kinds of cell apart), then the bytes. Only this kind is read and written here,
 * many cells at a time, since a native call per element is what strings otherwise cost; it is
 * checked against the C API when the library is loaded. Longer strings go through the C API.
 */
final class StringCells {
  static final int CELL_BYTES = 24;
  static final int MAX_INLINE = 22;

  private static final int KIND_MASK = 3;
  private static final int INLINE_KIND = 0;

  private StringCells() {}

  /** Writes the cell of a short string. */
  static void inline(byte[] source, int offset, int length, byte[] cells, int at) {
    cells[at] = (byte) (length << 2);
    System.arraycopy(source, offset, cells, at + 1, length);
    for (int i = at + 1 + length; i < at + CELL_BYTES; i++) {
      cells[i] = 0;
    }
  }

  /** The length of the string in the cell, or -1 when it is not inside the cell. */
  static int inlineLength(byte[] cells, int at) {
    int head = cells[at] & 0xff;
    return (head & KIND_MASK) == INLINE_KIND ? head >> 2 : -1;
  }
}
