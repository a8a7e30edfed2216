package io.dunlin.shared.tensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Element types of a tensor, with the names each protocol gives them.
 *
 * <p>Numbers and names are those of TensorFlow's {@code types.proto} and of the Open Inference
 * Protocol v2 ("tensor data types"). Types without a V2 name exist only on the TensorFlow surfaces.
 */
public enum DataType {
  /** IEEE 754 binary32. */
  FLOAT(1, "float", "FP32", 4),
  /** IEEE 754 binary64. */
  DOUBLE(2, "double", "FP64", 8),
  INT32(3, "int32", "INT32", 4),
  UINT8(4, "uint8", "UINT8", 1),
  INT16(5, "int16", "INT16", 2),
  INT8(6, "int8", "INT8", 1),
  /** Byte strings, any length each; see {@link Tensor} for their layout. */
  STRING(7, "string", "BYTES", 0),
  COMPLEX64(8, "complex64", null, 8),
  INT64(9, "int64", "INT64", 8),
  /** One byte, 0 or 1. */
  BOOL(10, "bool", "BOOL", 1),
  /** The upper half of a binary32. */
  BFLOAT16(14, "bfloat16", "BF16", 2),
  UINT16(17, "uint16", "UINT16", 2),
  COMPLEX128(18, "complex128", null, 16),
  /** IEEE 754 binary16. */
  HALF(19, "half", "FP16", 2),
  UINT32(22, "uint32", "UINT32", 4),
  UINT64(23, "uint64", "UINT64", 8);

  private static final DataType[] BY_NUMBER = new DataType[24];

  static {
    for (DataType type : values()) {
      BY_NUMBER[type.number] = type;
    }
  }

  private final int number;
  private final String label;
  private final @Nullable String v2Name;
  private final int byteSize;

  DataType(int number, String label, @Nullable String v2Name, int byteSize) {
    this.number = number;
    this.label = label;
    this.v2Name = v2Name;
    this.byteSize = byteSize;
  }

  /** The number in TensorFlow's {@code DataType} enum, and in Dunlin's own frames. */
  public int number() {
    return number;
  }

  /** TensorFlow's lower-case name, such as {@code float} or {@code int64}. */
  public String label() {
    return label;
  }

  /** The name in TensorFlow's proto enum, such as {@code DT_FLOAT}. */
  public String protoName() {
    return "DT_" + name();
  }

  /** The Open Inference Protocol's name, such as {@code FP32}; empty if V2 has none. */
  public Optional<String> v2Name() {
    return Optional.ofNullable(v2Name);
  }

  /** Bytes of one element; 0 for {@link #STRING}, whose elements differ in length. */
  public int byteSize() {
    return byteSize;
  }

  public boolean isFixedWidth() {
    return byteSize > 0;
  }

  /** The type with TensorFlow's number, if Dunlin carries it. */
  public static Optional<DataType> ofNumber(int number) {
    return number >= 0 && number < BY_NUMBER.length
        ? Optional.ofNullable(BY_NUMBER[number])
        : Optional.empty();
  }

  /** The type with the V2 name, if there is one. */
  public static Optional<DataType> ofV2Name(String name) {
    for (DataType type : values()) {
      if (name.equals(type.v2Name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
