package io.dunlin.shared.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable tensor: dtype, sizes, and its elements as bytes, little-endian and row-major.
 *
 * <p>Fixed-width elements lie back to back. {@link DataType#STRING} elements are each a 4-byte
 * unsigned little-endian length followed by that many bytes, the layout of V2's binary BYTES
 * tensors. A tensor may be a view on a part of a larger array, so taking rows out of a batch copies
 * nothing; nobody writes to the array after the tensor is made.
 */
public final class Tensor {
  /** The longest array a JVM will surely give. */
  public static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private final DataType dtype;
  private final long[] dims;
  private final byte[] array;
  private final int offset;
  private final int length;

  private Tensor(DataType dtype, long[] dims, byte[] array, int offset, int length) {
    this.dtype = dtype;
    this.dims = dims;
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** A tensor over a whole array, which is handed over: the caller must not write to it again. */
  public static Tensor of(DataType dtype, long[] dims, byte[] bytes) {
    return of(dtype, dims, bytes, 0, bytes.length);
  }

  /**
   * A tensor over a part of an array, which is handed over.
   *
   * @throws IllegalArgumentException when the byte count does not match dtype and sizes (for
   *     strings: when the lengths do not add up to exactly that many elements)
   */
  public static Tensor of(DataType dtype, long[] dims, byte[] array, int offset, int length) {
    return owning(dtype, dims.clone(), array, offset, length);
  }

  /** The same, with the sizes handed over too. */
  static Tensor owning(DataType dtype, long[] dims, byte[] array, int offset, int length) {
    long elements = elementCount(dims);
    if (dtype.isFixedWidth()) {
      if (elements > MAX_BYTES / dtype.byteSize() || elements * dtype.byteSize() != length) {
        throw new IllegalArgumentException(
            "bytes: "
                + length
                + " (expected: "
                + elements
                + " elements x "
                + dtype.byteSize()
                + " bytes of "
                + dtype.label()
                + " for shape "
                + Arrays.toString(dims)
                + ")");
      }
    } else {
      long found = countStrings(array, offset, length);
      if (found != elements) {
        throw new IllegalArgumentException(
            (found < 0 ? "string lengths run past the end" : "string elements: " + found)
                + " (expected: "
                + elements
                + " for shape "
                + Arrays.toString(dims)
                + ")");
      }
    }
    return new Tensor(dtype, dims, array, offset, length);
  }

  /**
   * The product of the sizes.
   *
   * @throws IllegalArgumentException when a size is negative or the product exceeds a long
   */
  public static long elementCount(long[] dims) {
    long count = 1;
    boolean zero = false;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape: " + Arrays.toString(dims) + " (expected: no negative size)");
      }
      zero |= dim == 0;
    }
    if (zero) {
      return 0;
    }
    for (long dim : dims) {
      try {
        count = Math.multiplyExact(count, dim);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape: " + Arrays.toString(dims) + " (expected: fewer than 2^63 elements)", e);
      }
    }
    return count;
  }

  public DataType dtype() {
    return dtype;
  }

  public int rank() {
    return dims.length;
  }

  public long dim(int axis) {
    return dims[axis];
  }

  /** A copy of the sizes. */
  public long[] dims() {
    return dims.clone();
  }

  public long elementCount() {
    return elementCount(dims);
  }

  public int byteSize() {
    return length;
  }

  /** The size of the first dimension. */
  public long rows() {
    if (dims.length == 0) {
      throw new IllegalStateException("rows() of a scalar");
    }
    return dims[0];
  }

  /** The elements as a read-only little-endian buffer. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(array, offset, length)
        .slice()
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The array that holds the elements, for bulk copies out of it: never write to it. */
  public byte[] array() {
    return array;
  }

  /** Where in {@link #array()} the elements begin. */
  public int arrayOffset() {
    return offset;
  }

  /** The same elements under other sizes. */
  public Tensor reshape(long... newDims) {
    if (elementCount(newDims) != elementCount()) {
      throw new IllegalArgumentException(
          "shape: " + Arrays.toString(newDims) + " (expected: " + elementCount() + " elements)");
    }
    return new Tensor(dtype, newDims.clone(), array, offset, length);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive), sharing this tensor's bytes. */
  public Tensor rows(long from, long to) {
    long rows = rows();
    if (from < 0 || to < from || to > rows) {
      throw new IllegalArgumentException(
          "rows: " + from + ".." + to + " (expected: within 0.." + rows + ")");
    }
    if (from == 0 && to == rows) {
      return this;
    }
    long[] sliced = dims.clone();
    sliced[0] = to - from;
    long perRow = rows == 0 ? 0 : elementCount() / rows;
    int begin = byteOffsetOfElement(offset, from * perRow);
    int end = byteOffsetOfElement(begin, (to - from) * perRow);
    return new Tensor(dtype, sliced, array, begin, end - begin);
  }

  /** Cuts the tensor into runs of rows, in order; the counts must add up to {@link #rows()}. */
  public Tensor[] split(int[] rowCounts) {
    Tensor[] parts = new Tensor[rowCounts.length];
    long rows = rows();
    long perRow = rows == 0 ? 0 : elementCount() / rows;
    int at = offset;
    long used = 0;
    // Parts of equal sizes share them.
    long[] sliced = dims;
    for (int i = 0; i < rowCounts.length; i++) {
      if (sliced[0] != rowCounts[i]) {
        sliced = dims.clone();
        sliced[0] = rowCounts[i];
      }
      int end = byteOffsetOfElement(at, rowCounts[i] * perRow);
      parts[i] = new Tensor(dtype, sliced, array, at, end - at);
      at = end;
      used += rowCounts[i];
    }
    if (used != rows) {
      throw new IllegalArgumentException("rowCounts: " + used + " in sum (expected: " + rows + ")");
    }
    return parts;
  }

  /** Puts tensors of one dtype and equal inner sizes together along the first dimension. */
  public static Tensor concat(List<Tensor> parts) {
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    long rows = 0;
    long bytes = 0;
    for (Tensor part : parts) {
      if (!first.stacksWith(part)) {
        throw new IllegalArgumentException("parts: " + part + " (expected: as " + first + ")");
      }
      rows += part.rows();
      bytes += part.length;
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: <= " + MAX_BYTES + ")");
    }
    byte[] joined = new byte[(int) bytes];
    int at = 0;
    for (Tensor part : parts) {
      System.arraycopy(part.array, part.offset, joined, at, part.length);
      at += part.length;
    }
    long[] dims = first.dims.clone();
    dims[0] = rows;
    return new Tensor(first.dtype, dims, joined, 0, joined.length);
  }

  /** Whether the two differ at most in their number of rows. */
  public boolean stacksWith(Tensor other) {
    return dtype == other.dtype
        && dims.length > 0
        && dims.length == other.dims.length
        && Arrays.equals(dims, 1, dims.length, other.dims, 1, dims.length);
  }

  private int byteOffsetOfElement(int start, long elements) {
    if (dtype.isFixedWidth()) {
      return start + Math.toIntExact(elements * dtype.byteSize());
    }
    int at = start;
    for (long i = 0; i < elements; i++) {
      at += 4 + intAt(array, at);
    }
    return at;
  }

  private static long countStrings(byte[] array, int offset, int length) {
    long count = 0;
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (end - at < 4) {
        return -1;
      }
      int size = intAt(array, at);
      if (size < 0 || size > end - at - 4) {
        return -1;
      }
      at += 4 + size;
      count++;
    }
    return count;
  }

  private static int intAt(byte[] array, int at) {
    return (array[at] & 0xff)
        | (array[at + 1] & 0xff) << 8
        | (array[at + 2] & 0xff) << 16
        | array[at + 3] << 24;
  }

  /** Equal dtype, sizes and bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tensor that
        && dtype == that.dtype
        && Arrays.equals(dims, that.dims)
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * dtype.hashCode() + Arrays.hashCode(dims)) + bytes().hashCode();
  }

  @Override
  public String toString() {
    return dtype.label() + Arrays.toString(dims).replace(" ", "");
  }
}
