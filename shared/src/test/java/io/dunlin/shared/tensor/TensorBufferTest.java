package io.dunlin.shared.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TensorBufferTest {
  @Test
  void writesLittleEndianWhateverTheWidth() {
    TensorBuffer shorts = new TensorBuffer(DataType.INT16, 0, 64);
    shorts.putShort(0x0102);
    assertThat(shorts.toTensor(1).array()).containsExactly(2, 1);
    TensorBuffer longs = new TensorBuffer(DataType.INT64, 0, 64);
    longs.putLong(1);
    assertThat(longs.toTensor(1).array()).containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
    TensorBuffer doubles = new TensorBuffer(DataType.DOUBLE, 0, 64);
    doubles.putDouble(-2.5);
    ByteBuffer read = doubles.toTensor(1).bytes();
    assertThat(read.getDouble()).isEqualTo(-2.5);
  }

  @Test
  void growsUpToItsLimitAndNotOneByteFurther() {
    TensorBuffer buffer = new TensorBuffer(DataType.UINT8, 1, 40);
    for (int i = 0; i < 40; i++) {
      buffer.putByte(i);
    }
    assertThat(buffer.size()).isEqualTo(40);
    assertThatThrownBy(() -> buffer.putByte(1))
        .isInstanceOf(TensorTooLargeException.class)
        .hasMessageContaining("41 (expected: <= 40)");
    assertThat(buffer.toTensor(40).byteSize()).isEqualTo(40);
  }

  @Test
  void aViewSharesTheBufferAndIgnoresItsSpareRoom() {
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 64, 64);
    buffer.putFloat(1.5f);
    Tensor view = buffer.toTensorView(1);
    assertThat(view.array()).hasSize(64);
    assertThat(view.byteSize()).isEqualTo(4);
    assertThat(view.bytes().getFloat()).isEqualTo(1.5f);
  }
}
