package io.dunlin.gateway.http.json;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.util.Random;

/** Seeded tensors of any type whose elements survive a trip through JSON. */
public final class RandomTensors {
  private RandomTensors() {}

  /** A tensor of a shape with the sizes given. */
  public static Tensor tensor(Random random, DataType dtype, long... dims) {
    long count = Tensor.elementCount(dims);
    TensorBuffer out = new TensorBuffer(dtype, 16, 1 << 24);
    for (long i = 0; i < count; i++) {
      put(random, dtype, out);
    }
    return out.toTensor(dims);
  }

  private static void put(Random random, DataType dtype, TensorBuffer out) {
    switch (dtype) {
      case FLOAT -> out.putFloat(number(Float.intBitsToFloat(random.nextInt())));
      case DOUBLE -> out.putDouble(number(Double.longBitsToDouble(random.nextLong())));
      case HALF -> out.putShort(HalfFloats.halfBits(HalfFloats.halfValue(random.nextInt(0x10000))));
      case BFLOAT16 ->
          out.putShort(HalfFloats.bfloat16Bits(HalfFloats.bfloat16Value(random.nextInt(0x10000))));
      case INT8, UINT8 -> out.putByte(random.nextInt());
      case INT16, UINT16 -> out.putShort(random.nextInt());
      case INT32, UINT32 -> out.putInt(random.nextInt());
      case INT64, UINT64 -> out.putLong(random.nextLong() >> random.nextInt(64));
      case BOOL -> out.putByte(random.nextInt(2));
      case STRING -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= 0x7f;
          }
        }
        out.putString(bytes, 0, bytes.length);
      }
      case COMPLEX64, COMPLEX128 -> throw new IllegalArgumentException(dtype.label());
    }
  }

  /** There are many NaNs, and JSON knows one. */
  private static float number(float value) {
    return Float.isNaN(value) ? Float.NaN : value;
  }

  private static double number(double value) {
    return Double.isNaN(value) ? Double.NaN : value;
  }
}
