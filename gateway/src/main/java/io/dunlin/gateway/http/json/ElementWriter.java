package io.dunlin.gateway.http.json;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Prints a tensor's elements as JSON, in row-major order, from its little-endian bytes: each call
 * goes on where the last one ended.
 */
public final class ElementWriter {
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

  /** How string elements are printed. */
  public enum Strings {
    /** As text; one that is not UTF-8 is a {@link JsonTypeException}. */
    TEXT,
    /** As text; one that is not UTF-8 as a {@code b64} object, which loses nothing. */
    TEXT_OR_BASE64,
    /** All as {@code {"b64": "..."}}. */
    BASE64
  }

  private final JsonWriter out;
  private final DataType dtype;
  private final byte[] bytes;
  private final Strings strings;
  private int at;

  /** A writer at the tensor's first element. */
  public ElementWriter(JsonWriter out, Tensor tensor, Strings strings) {
    if (!supports(tensor.dtype())) {
      throw new JsonTypeException(
          "Failed to write JSON value for tensor type: " + tensor.dtype().label());
    }
    this.out = out;
    this.dtype = tensor.dtype();
    this.bytes = tensor.array();
    this.at = tensor.arrayOffset();
    this.strings = strings;
  }

  /** Whether elements of this type can be written in JSON at all. */
  public static boolean supports(DataType dtype) {
    return ElementReader.supports(dtype);
  }

  /** A guess at the JSON bytes a tensor takes, brackets aside, to size a buffer with. */
  public static int expectedBytes(Tensor tensor) {
    long perElement =
        switch (tensor.dtype()) {
          case FLOAT -> 12;
          case DOUBLE -> 20;
          case HALF, BFLOAT16 -> 8;
          case INT8, UINT8 -> 4;
          case INT16, UINT16, BOOL -> 6;
          case INT32, UINT32 -> 8;
          case INT64, UINT64 -> 12;
          case STRING -> 4;
          case COMPLEX64, COMPLEX128 -> 0;
        };
    long bytes = tensor.elementCount() * perElement;
    if (tensor.dtype() == DataType.STRING) {
      bytes += tensor.byteSize();
    }
    return (int) Math.min(bytes, 1 << 28);
  }

  /** Prints this many elements, with commas between them. */
  public void writeRun(long count) {
    for (long i = 0; i < count; i++) {
      if (i > 0) {
        out.raw(',');
      }
      writeElement();
    }
  }

  /** Prints the next element. */
  public void writeElement() {
    int p = at;
    switch (dtype) {
      case FLOAT -> out.number((float) FLOAT.get(bytes, p));
      case DOUBLE -> out.number((double) DOUBLE.get(bytes, p));
      case HALF -> out.half((short) SHORT.get(bytes, p));
      case BFLOAT16 -> out.bfloat16((short) SHORT.get(bytes, p));
      case INT8 -> out.number((long) bytes[p]);
      case UINT8 -> out.number((long) (bytes[p] & 0xff));
      case INT16 -> out.number((long) (short) SHORT.get(bytes, p));
      case UINT16 -> out.number((long) ((short) SHORT.get(bytes, p) & 0xffff));
      case INT32 -> out.number((long) (int) INT.get(bytes, p));
      case UINT32 -> out.number((int) INT.get(bytes, p) & 0xffff_ffffL);
      case INT64 -> out.number((long) LONG.get(bytes, p));
      case UINT64 -> out.unsignedNumber((long) LONG.get(bytes, p));
      case BOOL -> out.bool(bytes[p] != 0);
      case STRING -> {
        int length = (int) INT.get(bytes, p);
        writeString(p + 4, length);
        at += 4 + length;
      }
      case COMPLEX64, COMPLEX128 -> throw new IllegalStateException(dtype.label());
    }
    at += dtype.byteSize();
  }

  /** Prints the next elements as nested arrays of the tensor's sizes, from the axis on. */
  public void writeNested(Tensor shaped, int axis) {
    if (axis == shaped.rank()) {
      writeElement();
      return;
    }
    out.raw('[');
    if (axis == shaped.rank() - 1) {
      writeRun(shaped.dim(axis));
    } else {
      for (long i = 0; i < shaped.dim(axis); i++) {
        if (i > 0) {
          out.raw(',');
        }
        writeNested(shaped, axis + 1);
      }
    }
    out.raw(']');
  }

  private void writeString(int offset, int length) {
    if (strings != Strings.BASE64 && out.utf8String(bytes, offset, length)) {
      return;
    }
    if (strings == Strings.TEXT) {
      throw new JsonTypeException("string element is not UTF-8, so it cannot be written as JSON");
    }
    out.raw("{\"b64\":");
    out.base64String(bytes, offset, length);
    out.raw('}');
  }
}
