package io.dunlin.shared.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing little-endian buffer that decoders append elements to, in row-major order, and turn
 * into a {@link Tensor} without a further copy when it filled up exactly.
 *
 * <p>Growth is bounded by the constructor's limit; one more byte throws {@link
 * TensorTooLargeException}.
 */
public final class TensorBuffer {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte[] NONE = new byte[0];

  private DataType dtype;
  private int maxBytes;
  private byte[] bytes;
  private int size;
  private long elements;

  /**
   * @param expectedBytes first capacity, a hint
   * @param maxBytes most bytes it may hold
   */
  public TensorBuffer(DataType dtype, int expectedBytes, int maxBytes) {
    this.dtype = dtype;
    this.maxBytes = maxBytes;
    this.bytes = new byte[firstCapacity(expectedBytes, maxBytes)];
  }

  private static int firstCapacity(int expectedBytes, int maxBytes) {
    return Math.max(16, Math.min(expectedBytes, maxBytes));
  }

  /** Begins another tensor, in an array of its own. */
  public void begin(DataType newDtype, int expectedBytes, int newMaxBytes) {
    dtype = newDtype;
    maxBytes = newMaxBytes;
    bytes = new byte[firstCapacity(expectedBytes, newMaxBytes)];
    size = 0;
    elements = 0;
  }

  /** Lets go of the array; only {@link #begin} may follow. */
  public void release() {
    bytes = NONE;
    size = 0;
  }

  public DataType dtype() {
    return dtype;
  }

  /** Elements appended so far. */
  public long elements() {
    return elements;
  }

  /** Bytes appended so far. */
  public int size() {
    return size;
  }

  public void putByte(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
    elements++;
  }

  public void putShort(int value) {
    ensure(2);
    SHORT.set(bytes, size, (short) value);
    size += 2;
    elements++;
  }

  public void putInt(int value) {
    ensure(4);
    INT.set(bytes, size, value);
    size += 4;
    elements++;
  }

  public void putLong(long value) {
    ensure(8);
    LONG.set(bytes, size, value);
    size += 8;
    elements++;
  }

  public void putFloat(float value) {
    ensure(4);
    FLOAT.set(bytes, size, value);
    size += 4;
    elements++;
  }

  public void putDouble(double value) {
    ensure(8);
    DOUBLE.set(bytes, size, value);
    size += 8;
    elements++;
  }

  /** Appends one string element: its length, then its bytes. */
  public void putString(byte[] source, int offset, int length) {
    ensure(4L + length);
    INT.set(bytes, size, length);
    System.arraycopy(source, offset, bytes, size + 4, length);
    size += 4 + length;
    elements++;
  }

  /** Appends elements that are already in this dtype's layout. */
  public void putRaw(byte[] source, int offset, int length, long elementCount) {
    ensure(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
    elements += elementCount;
  }

  /** The tensor; this buffer must not be used afterwards. */
  public Tensor toTensor(long... dims) {
    byte[] exact = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    return Tensor.of(dtype, dims, exact);
  }

  /**
   * The tensor over this buffer's own array, unused capacity included; no copy. The sizes are
   * handed over: nobody may write to them again.
   */
  public Tensor toTensorView(long... dims) {
    return Tensor.owning(dtype, dims, bytes, 0, size);
  }

  private void ensure(long more) {
    long needed = size + more;
    if (needed <= bytes.length) {
      return;
    }
    if (needed > maxBytes) {
      throw new TensorTooLargeException(needed, maxBytes);
    }
    bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(needed, bytes.length * 2L)));
  }
}
