package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;

/** The fields that describe a tensor; its bytes lie at the end of the message. */
final class TensorCodec {
  /** dtype, rank, byte length. */
  static final int LEAST_BYTES = 6;

  private static final int MAX_RANK = 254;

  private TensorCodec() {}

  static void put(WireWriter out, Tensor tensor) {
    int rank = tensor.rank();
    if (rank > MAX_RANK) {
      throw new IllegalArgumentException("rank: " + rank + " (expected: at most " + MAX_RANK + ")");
    }
    out.u8(tensor.dtype().number());
    out.u8(rank);
    for (int axis = 0; axis < rank; axis++) {
      out.i64(tensor.dim(axis));
    }
    out.i32(tensor.byteSize());
  }

  static Header take(WireInput in) {
    int number = in.u8("dtype");
    DataType dtype =
        DataType.ofNumber(number)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "dtype: " + number + " (expected: a number this version carries)"));
    int rank = in.u8("rank");
    if (rank * 8 > in.remaining()) {
      throw new IllegalArgumentException(
          "rank: " + rank + " (expected: as many sizes, " + in.remaining() + " bytes left)");
    }
    long[] dims = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      dims[axis] = in.i64("size");
    }
    return new Header(dtype, dims, in.size("tensor bytes"));
  }

  /** A tensor whose bytes are still to be found. */
  record Header(DataType dtype, long[] dims, int length) {
    /** The tensor as a view on {@code body}, which must hold its bytes at {@code offset}. */
    Tensor over(byte[] body, int offset) {
      if (length > body.length - offset) {
        throw new IllegalArgumentException(
            "tensor bytes: " + length + " (expected: at most " + (body.length - offset) + " left)");
      }
      return Tensor.of(dtype, dims, body, offset, length);
    }
  }
}
