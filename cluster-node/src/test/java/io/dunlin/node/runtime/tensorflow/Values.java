package io.dunlin.node.runtime.tensorflow;

import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tensors from Java values and back. */
final class Values {
  private Values() {}

  static long[] shape(long... dims) {
    return dims;
  }

  static Tensor floats(long[] dims, float... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 4 * values.length, 1 << 28);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.toTensor(dims);
  }

  /** One row for each value. */
  static Tensor column(float... values) {
    return floats(shape(values.length, 1), values);
  }

  static Tensor ints(long[] dims, int... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.INT32, 4 * values.length, 1 << 28);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.toTensor(dims);
  }

  static Tensor longs(long... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.INT64, 8 * values.length, 1 << 28);
    for (long value : values) {
      buffer.putLong(value);
    }
    return buffer.toTensor(values.length);
  }

  static Tensor bools(boolean... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.BOOL, values.length, 1 << 28);
    for (boolean value : values) {
      buffer.putByte(value ? 1 : 0);
    }
    return buffer.toTensor(values.length);
  }

  static Tensor strings(long[] dims, byte[]... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.STRING, 64, 1 << 28);
    for (byte[] value : values) {
      buffer.putString(value, 0, value.length);
    }
    return buffer.toTensor(dims);
  }

  static Tensor strings(String... values) {
    return strings(
        shape(values.length),
        Stream.of(values).map(v -> v.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
  }

  static float[] floats(Tensor tensor) {
    float[] values = new float[(int) tensor.elementCount()];
    tensor.bytes().asFloatBuffer().get(values);
    return values;
  }

  static int[] ints(Tensor tensor) {
    int[] values = new int[(int) tensor.elementCount()];
    tensor.bytes().asIntBuffer().get(values);
    return values;
  }

  static List<String> strings(Tensor tensor) {
    List<String> values = new ArrayList<>();
    ByteBuffer bytes = tensor.bytes();
    while (bytes.hasRemaining()) {
      byte[] value = new byte[bytes.getInt()];
      bytes.get(value);
      values.add(new String(value, StandardCharsets.UTF_8));
    }
    return values;
  }

  static List<Input> inputs(Tensor... tensors) {
    return Stream.of(tensors).map(Input::of).toList();
  }
}
