package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetDataPointer;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_GetSize;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TensorData;

import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.shared.tensor.TensorSpec;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;

/** String outputs, in two passes over the cells: how much there is, then the bytes. */
final class StringReader {
  private StringReader() {}

  /** The elements in the layout of {@link io.dunlin.shared.tensor.Tensor}. */
  static byte[] read(RunSlot slot, TensorSpec spec, TF_Tensor tensor, long elements)
      throws ModelRunException {
    if (elements == 0) {
      return OutputReader.allocate(spec, 0);
    }
    long cells = TF_TensorData(tensor).address();
    byte[] bytes = OutputReader.allocate(spec, size(slot, cells, elements));
    int at = 0;
    for (long from = 0; from < elements; from += RunSlot.CELLS_AT_ONCE) {
      long address = cells + from * StringCells.CELL_BYTES;
      int count = (int) Math.min(RunSlot.CELLS_AT_ONCE, elements - from);
      // Up to one go's worth of cells, they are still there from the first pass.
      if (elements > RunSlot.CELLS_AT_ONCE) {
        fetch(slot, address, count);
      }
      for (int i = 0; i < count; i++) {
        at = copy(slot, address, i * StringCells.CELL_BYTES, bytes, at);
      }
    }
    return bytes;
  }

  private static long size(RunSlot slot, long cells, long elements) {
    long size = elements * Integer.BYTES;
    for (long from = 0; from < elements; from += RunSlot.CELLS_AT_ONCE) {
      long address = cells + from * StringCells.CELL_BYTES;
      int count = (int) Math.min(RunSlot.CELLS_AT_ONCE, elements - from);
      fetch(slot, address, count);
      for (int i = 0; i < count; i++) {
        int at = i * StringCells.CELL_BYTES;
        int inline = StringCells.inlineLength(slot.cells, at);
        size += inline >= 0 ? inline : TF_TString_GetSize(slot.cell.moveTo(address + at));
      }
    }
    return size;
  }

  private static void fetch(RunSlot slot, long address, int count) {
    slot.bytes.moveTo(address).get(slot.cells, 0, count * StringCells.CELL_BYTES);
  }

  private static int copy(RunSlot slot, long cells, int cellAt, byte[] target, int at) {
    int length = StringCells.inlineLength(slot.cells, cellAt);
    if (length >= 0) {
      System.arraycopy(slot.cells, cellAt + 1, target, at + Integer.BYTES, length);
    } else {
      TF_TString cell = slot.cell.moveTo(cells + cellAt);
      length = (int) TF_TString_GetSize(cell);
      long text = TF_TString_GetDataPointer(cell).address();
      slot.bytes.moveTo(text).get(target, at + Integer.BYTES, length);
    }
    LittleEndian.putInt(target, at, length);
    return at + Integer.BYTES + length;
  }
}
