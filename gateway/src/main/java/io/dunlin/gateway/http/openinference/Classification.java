package io.dunlin.gateway.http.openinference;

import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The classification extension: an output of numbers becomes the texts {@code value:index} of its
 * largest elements, largest first, equal ones by index, NaN last. Pure.
 */
final class Classification {
  private final Tensor tensor;
  private final ByteBuffer bytes;

  private Classification(Tensor tensor) {
    this.tensor = tensor;
    this.bytes = tensor.bytes();
  }

  /**
   * @throws InferenceException for a type that has no order among numbers
   */
  static void requireNumeric(String output, DataType dtype) {
    switch (dtype) {
      case FLOAT, DOUBLE, HALF, BFLOAT16, INT8, INT16, INT32, INT64 -> {}
      case UINT8, UINT16, UINT32, UINT64 -> {}
      case BOOL, STRING, COMPLEX64, COMPLEX128 ->
          throw new InferenceException(
              FailureCode.INVALID_ARGUMENT,
              "classification of output '"
                  + output
                  + "': its datatype is "
                  + MetadataDocument.datatype(dtype)
                  + " (expected: a numeric one)");
    }
  }

  /**
   * @param tensor of a numeric type
   * @param classes how many elements are wanted, of each row if {@code batched}
   * @param batched whether the first dimension is rows
   * @return BYTES of shape {@code [rows, k]}, or {@code [k]} if not batched, where {@code k} is
   *     {@code classes} or all elements of a row
   */
  static Tensor of(Tensor tensor, int classes, boolean batched, int maxBytes) {
    boolean byRow = batched && tensor.rank() > 0;
    if (tensor.byteSize() == 0) {
      long[] dims = byRow ? new long[] {tensor.rows(), 0} : new long[] {0};
      return Tensor.of(DataType.STRING, dims, new byte[0]);
    }
    // Not empty, so no count exceeds the bytes of an array.
    int rows = byRow ? (int) tensor.rows() : 1;
    int perRow = (int) (tensor.elementCount() / rows);
    int wanted = Math.min(classes, perRow);
    Classification classification = new Classification(tensor);
    int expected = (int) Math.min(maxBytes, 16L * rows * wanted);
    TensorBuffer texts = new TensorBuffer(DataType.STRING, expected, maxBytes);
    for (int row = 0; row < rows; row++) {
      int first = row * perRow;
      for (int index : classification.largest(first, perRow, wanted)) {
        byte[] text =
            (classification.text(first + index) + ":" + index).getBytes(StandardCharsets.UTF_8);
        texts.putString(text, 0, text.length);
      }
    }
    return byRow ? texts.toTensorView(rows, wanted) : texts.toTensorView(wanted);
  }

  /** The indices of the largest elements of a run, in the order they are reported. */
  private int[] largest(int first, int count, int wanted) {
    int[] heap = new int[wanted];
    int size = 0;
    for (int index = 0; index < count; index++) {
      if (size < wanted) {
        heap[size] = index;
        siftUp(heap, size++, first);
      } else if (wanted > 0 && before(first, index, heap[0])) {
        heap[0] = index;
        siftDown(heap, size, first);
      }
    }
    for (int last = size - 1; last > 0; last--) {
      int worst = heap[0];
      heap[0] = heap[last];
      heap[last] = worst;
      siftDown(heap, last, first);
    }
    return heap;
  }

  /** The heap's root is the element that would be reported last. */
  private void siftUp(int[] heap, int from, int first) {
    int at = from;
    while (at > 0 && before(first, heap[(at - 1) / 2], heap[at])) {
      int parent = (at - 1) / 2;
      swap(heap, at, parent);
      at = parent;
    }
  }

  private void siftDown(int[] heap, int size, int first) {
    int at = 0;
    while (true) {
      int worst = at;
      int left = 2 * at + 1;
      if (left < size && before(first, heap[worst], heap[left])) {
        worst = left;
      }
      if (left + 1 < size && before(first, heap[worst], heap[left + 1])) {
        worst = left + 1;
      }
      if (worst == at) {
        return;
      }
      swap(heap, at, worst);
      at = worst;
    }
  }

  private static void swap(int[] heap, int a, int b) {
    int kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
  }

  private boolean before(int first, int a, int b) {
    long keyA = key(first + a);
    long keyB = key(first + b);
    return keyA != keyB ? keyA > keyB : a < b;
  }

  /** A long that orders as the elements do; exact for 64-bit integers too. */
  private long key(int index) {
    return switch (tensor.dtype()) {
      case UINT64 -> bytes.getLong(index * 8) ^ Long.MIN_VALUE;
      case FLOAT, DOUBLE, HALF, BFLOAT16 -> key(floating(index));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> integer(index);
      case BOOL, STRING, COMPLEX64, COMPLEX128 -> throw notNumeric();
    };
  }

  private static long key(double value) {
    if (Double.isNaN(value)) {
      return Long.MIN_VALUE;
    }
    // Adding zero makes the two zeros equal.
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits >= 0 ? bits : bits ^ Long.MAX_VALUE;
  }

  private long integer(int index) {
    return switch (tensor.dtype()) {
      case INT8 -> bytes.get(index);
      case UINT8 -> bytes.get(index) & 0xff;
      case INT16 -> bytes.getShort(index * 2);
      case UINT16 -> bytes.getShort(index * 2) & 0xffff;
      case INT32 -> bytes.getInt(index * 4);
      case UINT32 -> Integer.toUnsignedLong(bytes.getInt(index * 4));
      case INT64, UINT64 -> bytes.getLong(index * 8);
      case FLOAT, DOUBLE, HALF, BFLOAT16, BOOL, STRING, COMPLEX64, COMPLEX128 -> throw notNumeric();
    };
  }

  private double floating(int index) {
    return switch (tensor.dtype()) {
      case FLOAT -> bytes.getFloat(index * 4);
      case DOUBLE -> bytes.getDouble(index * 8);
      case HALF -> Float.float16ToFloat(bytes.getShort(index * 2));
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(index * 2) << 16);
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> throw notNumeric();
      case BOOL, STRING, COMPLEX64, COMPLEX128 -> throw notNumeric();
    };
  }

  private String text(int index) {
    return switch (tensor.dtype()) {
      case FLOAT, DOUBLE, HALF, BFLOAT16 -> text(floating(index));
      case UINT64 -> Long.toUnsignedString(integer(index));
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> Long.toString(integer(index));
      case BOOL, STRING, COMPLEX64, COMPLEX128 -> throw notNumeric();
    };
  }

  private IllegalStateException notNumeric() {
    return new IllegalStateException("no number of this kind in a tensor of " + tensor.dtype());
  }

  /** As C's {@code %f}: six decimals of the exact value. */
  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String digits = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
    boolean lostSign = digits.charAt(0) != '-' && Double.doubleToRawLongBits(value) < 0;
    return lostSign ? "-" + digits : digits;
  }
}
