package io.dunlin.shared.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void takesExactlyTheBytesItsShapeNeeds() {
    assertThat(Tensor.of(DataType.FLOAT, new long[] {2, 3}, new byte[24]).elementCount())
        .isEqualTo(6);
    assertThatThrownBy(() -> Tensor.of(DataType.FLOAT, new long[] {2, 3}, new byte[23]))
        .hasMessageContaining("bytes: 23")
        .hasMessageContaining("6 elements x 4 bytes of float for shape [2, 3]");
  }

  @Test
  void refusesNegativeAndOverflowingShapes() {
    assertThatThrownBy(() -> Tensor.elementCount(new long[] {2, -1}))
        .hasMessageContaining("no negative size");
    assertThatThrownBy(() -> Tensor.elementCount(new long[] {Long.MAX_VALUE, 2}))
        .hasMessageContaining("fewer than 2^63 elements");
    assertThat(Tensor.elementCount(new long[] {Long.MAX_VALUE, 2, 0})).isZero();
  }

  @Test
  void countsStringsAndRefusesLengthsThatRunPastTheEnd() {
    Tensor two = strings("ab", "");
    assertThat(two.dims()).containsExactly(2);
    byte[] cut = java.util.Arrays.copyOf(two.array(), 5);
    assertThatThrownBy(() -> Tensor.of(DataType.STRING, new long[] {1}, cut))
        .hasMessageContaining("run past the end");
    assertThatThrownBy(() -> Tensor.of(DataType.STRING, new long[] {3}, two.array()))
        .hasMessageContaining("string elements: 2");
  }

  @Test
  void splitsIntoRowsThatShareItsBytes() {
    Tensor whole = ints(new long[] {3, 2}, 1, 2, 3, 4, 5, 6);
    Tensor[] parts = whole.split(new int[] {1, 2});
    assertThat(parts[0]).isEqualTo(ints(new long[] {1, 2}, 1, 2));
    assertThat(parts[1]).isEqualTo(ints(new long[] {2, 2}, 3, 4, 5, 6));
    assertThat(parts[1].array()).isSameAs(whole.array());
    assertThatThrownBy(() -> whole.split(new int[] {1, 1})).hasMessageContaining("2 in sum");
  }

  @Test
  void slicesStringsByTheirOwnLengths() {
    Tensor whole = strings("a", "bcd", "", "ef");
    assertThat(whole.rows(1, 3)).isEqualTo(strings("bcd", ""));
    assertThat(whole.rows(4, 4).elementCount()).isZero();
    assertThat(whole.rows(0, 4)).isSameAs(whole);
    assertThatThrownBy(() -> whole.rows(2, 5)).hasMessageContaining("within 0..4");
  }

  @Test
  void concatUndoesSplit() {
    Tensor whole = strings("a", "bcd", "", "ef");
    assertThat(Tensor.concat(List.of(whole.split(new int[] {2, 0, 2})))).isEqualTo(whole);
  }

  @Test
  void concatRefusesPartsThatDoNotStack() {
    Tensor narrow = ints(new long[] {1, 1}, 1);
    Tensor wide = ints(new long[] {1, 2}, 1, 2);
    assertThatThrownBy(() -> Tensor.concat(List.of(narrow, wide)))
        .hasMessageContaining("int32[1,2] (expected: as int32[1,1])");
  }

  @Test
  void emptyRowsKeepTheirInnerShape() {
    Tensor none = ints(new long[] {0, 4});
    assertThat(none.split(new int[] {0, 0})).hasSize(2);
    assertThat(none.rows(0, 0).dims()).containsExactly(0, 4);
  }

  static Tensor ints(long[] dims, int... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.INT32, values.length * 4, 1 << 20);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.toTensor(dims);
  }

  static Tensor strings(String... values) {
    TensorBuffer buffer = new TensorBuffer(DataType.STRING, 16, 1 << 20);
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      buffer.putString(bytes, 0, bytes.length);
    }
    return buffer.toTensor(values.length);
  }
}
