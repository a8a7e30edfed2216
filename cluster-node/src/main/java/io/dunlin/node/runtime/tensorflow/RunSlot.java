package io.dunlin.node.runtime.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteTensor;

import java.util.Arrays;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * What one run of a signature needs natively, kept from run to run: the arrays of tensor handles, a
 * status, moving pointers and a staging area. One run at a time.
 *
 * <p>Handles are held as addresses: a Java object for each tensor of each run would be the larger
 * part of a run's garbage.
 */
final class RunSlot implements AutoCloseable {
  /** TensorFlow aborts the process on a higher rank. */
  static final int MAX_RANK = 254;

  /** Cells of output strings looked at in one go. */
  static final int CELLS_AT_ONCE = 512;

  final NativeStatus status = new NativeStatus();
  final NativePointers.Bytes bytes = new NativePointers.Bytes();
  final NativePointers.TensorHandle tensor = new NativePointers.TensorHandle();
  final NativePointers.StringCell cell = new NativePointers.StringCell();
  final LongPointer dims = new LongPointer(MAX_RANK);
  final byte[] cells = new byte[CELLS_AT_ONCE * StringCells.CELL_BYTES];

  private final NativeCopy copy = new NativeCopy();
  private final long[] inputs;
  private final long[] outputs;
  private final LongPointer nativeInputs;
  private final LongPointer nativeOutputs;
  private final PointerPointer<TF_Tensor> inputArray;
  private final PointerPointer<TF_Tensor> outputArray;
  private long inputBytes;

  RunSlot(int inputCount, int outputCount) {
    inputs = new long[inputCount];
    outputs = new long[outputCount];
    nativeInputs = new LongPointer(Math.max(1, inputCount));
    nativeOutputs = new LongPointer(Math.max(1, outputCount));
    inputArray = new PointerPointer<>(nativeInputs);
    outputArray = new PointerPointer<>(nativeOutputs);
  }

  /** Begins copying to a stretch of native memory. */
  NativeCopy copyTo(long address) {
    return copy.begin(address);
  }

  /** Takes over an input tensor; {@link #releaseTensors} deletes it. */
  void input(int index, long address, long bytes) {
    inputs[index] = address;
    inputBytes += bytes;
  }

  /** The array of input handles, for a run. */
  PointerPointer<TF_Tensor> inputArray() {
    nativeInputs.put(inputs, 0, inputs.length);
    return inputArray;
  }

  /** The array a run puts its output handles into. */
  PointerPointer<TF_Tensor> outputArray() {
    return outputArray;
  }

  /** Takes over the output tensors a successful run left in {@link #outputArray}. */
  void takeOutputs() {
    nativeOutputs.get(outputs, 0, outputs.length);
  }

  long output(int index) {
    return outputs[index];
  }

  /** Bytes of the inputs taken over since the last {@link #releaseTensors}. */
  long inputBytes() {
    return inputBytes;
  }

  /** Deletes the tensors of the last run. */
  void releaseTensors() {
    delete(outputs);
    delete(inputs);
    inputBytes = 0;
  }

  private void delete(long[] addresses) {
    for (long address : addresses) {
      if (address != 0) {
        TF_DeleteTensor(tensor.moveTo(address));
      }
    }
    Arrays.fill(addresses, 0);
  }

  @Override
  public void close() {
    status.close();
    dims.close();
    nativeInputs.close();
    nativeOutputs.close();
  }
}
