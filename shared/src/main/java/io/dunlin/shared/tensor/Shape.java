package io.dunlin.shared.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shape a signature declares: dimensions, {@code -1} where any size fits, or an unknown rank.
 */
public final class Shape {
  private static final Shape UNKNOWN_RANK = new Shape(null);
  private static final Shape SCALAR = new Shape(new long[0]);

  private final long @Nullable [] dims;

  private Shape(long @Nullable [] dims) {
    this.dims = dims;
  }

  /**
   * @param dims one size per dimension, each ≥ -1
   */
  public static Shape of(long... dims) {
    for (long dim : dims) {
      if (dim < -1) {
        throw new IllegalArgumentException(
            "dims: " + Arrays.toString(dims) + " (expected: each >= -1)");
      }
    }
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  public static Shape unknownRank() {
    return UNKNOWN_RANK;
  }

  public boolean isUnknownRank() {
    return dims == null;
  }

  /** The number of dimensions, or -1 when the rank is unknown. */
  public int rank() {
    return dims == null ? -1 : dims.length;
  }

  /** The size of a dimension, -1 when it may vary. */
  public long dim(int axis) {
    if (dims == null) {
      throw new IllegalStateException("dim(" + axis + ") of a shape of unknown rank");
    }
    return dims[axis];
  }

  /** A copy of the dimensions; empty for a scalar and for an unknown rank. */
  public long[] dims() {
    return dims == null ? new long[0] : dims.clone();
  }

  /** Whether the first dimension may vary, so that rows can be put together in a batch. */
  public boolean hasVariableFirstDim() {
    return dims != null && dims.length > 0 && dims[0] == -1;
  }

  /** Whether a tensor of these actual sizes fits this shape. */
  public boolean accepts(long[] actual) {
    if (dims == null) {
      return true;
    }
    if (dims.length != actual.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != -1 && dims[i] != actual[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** {@code [-1,16]}, {@code []} for a scalar, {@code <unknown>} for an unknown rank. */
  @Override
  public String toString() {
    return dims == null ? "<unknown>" : Arrays.toString(dims).replace(" ", "");
  }
}
