package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewTensor;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_Dealloc;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_TString_ResizeUninitialized;

import io.dunlin.node.runtime.LoadedModel.Input;
import io.dunlin.node.runtime.ModelRunException;
import io.dunlin.node.runtime.tensorflow.NativePointers.StringCell;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.Deallocator_Pointer_long_Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * String inputs. When every element is short, the tensor is one block that TensorFlow frees like
 * any other. A long element has a block of its own, which must be freed when the last user of the
 * tensor lets go of it, and that may be a graph that keeps it (a variable, a queue): so such a
 * tensor carries a deallocator.
 */
final class StringWriter {
  /** Made with the class, after the library is loaded: no run can come before a load. */
  private static final CellsDeallocator DEALLOCATOR = new CellsDeallocator();

  private StringWriter() {}

  static void write(
      RunSlot slot, int index, TensorSpec spec, int rank, Input input, @Nullable Tensor padding)
      throws ModelRunException {
    List<Tensor> parts = input.parts();
    long cells = padding == null ? 0 : padding.elementCount() * input.paddingRows();
    boolean allInline = padding == null || allInline(padding);
    for (int i = 0; i < parts.size(); i++) {
      cells += parts.get(i).elementCount();
      allInline &= allInline(parts.get(i));
    }
    long address = allocate(slot, index, spec, rank, cells, allInline);
    if (cells == 0) {
      return;
    }
    NativeCopy copy = slot.copyTo(address);
    for (int i = 0; i < parts.size(); i++) {
      appendCells(copy, parts.get(i));
    }
    for (int i = 0; padding != null && i < input.paddingRows(); i++) {
      appendCells(copy, padding);
    }
    copy.flush();
    if (!allInline) {
      long at = address;
      for (int i = 0; i < parts.size(); i++) {
        at = putLongStrings(slot, parts.get(i), at);
      }
      for (int i = 0; padding != null && i < input.paddingRows(); i++) {
        at = putLongStrings(slot, padding, at);
      }
    }
  }

  /** Makes the tensor, hands it to the slot, and returns where its cells begin. */
  private static long allocate(
      RunSlot slot, int index, TensorSpec spec, int rank, long cells, boolean allInline)
      throws ModelRunException {
    long bytes = cells * StringCells.CELL_BYTES;
    if (cells > Long.MAX_VALUE / StringCells.CELL_BYTES) {
      throw InputWriter.noMemory(spec, Long.MAX_VALUE);
    }
    if (allInline) {
      TF_Tensor tensor = InputWriter.allocate(slot, index, spec, rank, bytes);
      return cells == 0 ? 0 : InputWriter.dataAddress(tensor, spec, bytes);
    }
    // Zeroed cells are empty strings, so the deallocator finds sense in them from the beginning.
    Pointer memory = Pointer.calloc(cells, StringCells.CELL_BYTES);
    if (memory == null) {
      throw InputWriter.noMemory(spec, bytes);
    }
    TF_Tensor tensor =
        TF_NewTensor(spec.dtype().number(), slot.dims, rank, memory, bytes, DEALLOCATOR, null);
    slot.input(index, tensor.address(), bytes);
    return memory.address();
  }

  private static boolean allInline(Tensor tensor) {
    byte[] array = tensor.array();
    int at = tensor.arrayOffset();
    int end = at + tensor.byteSize();
    while (at < end) {
      int length = LittleEndian.intAt(array, at);
      if (length > StringCells.MAX_INLINE) {
        return false;
      }
      at += Integer.BYTES + length;
    }
    return true;
  }

  private static void appendCells(NativeCopy copy, Tensor tensor) {
    byte[] array = tensor.array();
    int at = tensor.arrayOffset();
    int end = at + tensor.byteSize();
    while (at < end) {
      int length = LittleEndian.intAt(array, at);
      copy.appendCell(array, at + Integer.BYTES, length);
      at += Integer.BYTES + length;
    }
  }

  /**
   * Fills the cells of the long strings of a part and returns where the next part's cells begin.
   */
  private static long putLongStrings(RunSlot slot, Tensor tensor, long firstCell) {
    byte[] array = tensor.array();
    int at = tensor.arrayOffset();
    int end = at + tensor.byteSize();
    long cell = firstCell;
    while (at < end) {
      int length = LittleEndian.intAt(array, at);
      if (length > StringCells.MAX_INLINE) {
        Pointer text = TF_TString_ResizeUninitialized(slot.cell.moveTo(cell), length);
        slot.bytes.moveTo(text.address()).put(array, at + Integer.BYTES, length);
      }
      at += Integer.BYTES + length;
      cell += StringCells.CELL_BYTES;
    }
    return cell;
  }

  /** Frees the blocks of the long strings, then the cells. */
  private static final class CellsDeallocator extends Deallocator_Pointer_long_Pointer {
    @Override
    public void call(Pointer data, long bytes, @Nullable Pointer unused) {
      StringCell cell = new StringCell();
      long end = data.address() + bytes;
      for (long at = data.address(); at < end; at += StringCells.CELL_BYTES) {
        TF_TString_Dealloc(cell.moveTo(at));
      }
      Pointer.free(data);
    }
  }
}
