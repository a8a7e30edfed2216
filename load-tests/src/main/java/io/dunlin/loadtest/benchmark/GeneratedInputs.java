package io.dunlin.loadtest.benchmark;

import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One row of input for each of the test models used here, the same in every run. */
final class GeneratedInputs {
  private static final long SEED = 20261123;

  private GeneratedInputs() {}

  static List<NamedTensor> mlp() {
    return List.of(new NamedTensor("features", floats(1, 32)));
  }

  /** As many rows in one request. */
  static List<NamedTensor> mlp(int rows) {
    return List.of(new NamedTensor("features", floats(rows, 32)));
  }

  static List<NamedTensor> matmulBatch() {
    return List.of(new NamedTensor("x", floats(1, 256)));
  }

  /** 602 112 bytes, as an image of 224 x 224 x 3 floats. */
  static List<NamedTensor> wide() {
    return List.of(new NamedTensor("x", floats(1, 150_528)));
  }

  /**
   * @param units of about a millisecond of compute
   */
  static List<NamedTensor> slow(int units) {
    TensorBuffer work = new TensorBuffer(DataType.INT32, 4, 16);
    work.putInt(units);
    return List.of(new NamedTensor("work", work.toTensor(1)), new NamedTensor("x", floats(1)));
  }

  private static Tensor floats(long... dims) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    int count = Math.toIntExact(Tensor.elementCount(dims));
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 4 * count, 4 * count + 16);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(random.nextFloat(-1, 1));
    }
    return buffer.toTensor(dims);
  }
}
