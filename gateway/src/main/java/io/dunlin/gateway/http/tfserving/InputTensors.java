package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.ElementReader;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one request while they are read: a buffer and a shape for each of the signature's
 * inputs, and the bound on all of them together. Each thread has one and uses it again for its next
 * request: made anew they would be a tenth of a small request's garbage.
 */
final class InputTensors {
  private static final long[] NOT_READ = new long[0];
  private static final long[] ONE_SCALAR = {1};

  /** Above that many inputs nothing is kept for the next request. */
  private static final int MAX_KEPT = 64;

  private static final ThreadLocal<InputTensors> OF_THREAD =
      ThreadLocal.withInitial(() -> new InputTensors(MAX_KEPT));

  private final TensorBuffer[] buffers;
  // the shape of the value read (columns) or of every row (rows); null until there is one
  private final long[] @Nullable [] shapes;
  // the last row in which each input was seen
  private final int[] seenIn;
  private final NestedValue value = new NestedValue();
  private List<TensorSpec> specs = List.of();
  private int maxBytes;
  private long bytes;

  private InputTensors(int inputs) {
    buffers = new TensorBuffer[inputs];
    shapes = new long[inputs][];
    seenIn = new int[inputs];
  }

  /** The tensors of the thread's next request, at their beginning; {@link #end} must follow. */
  static InputTensors begin(JsonReader in, Signature signature, int maxBytes) {
    int count = signature.inputs().size();
    InputTensors tensors = count <= MAX_KEPT ? OF_THREAD.get() : new InputTensors(count);
    tensors.reset(in.remaining(), signature.inputs(), maxBytes);
    return tensors;
  }

  private void reset(int jsonBytes, List<TensorSpec> newSpecs, int newMaxBytes) {
    specs = newSpecs;
    maxBytes = newMaxBytes;
    bytes = 0;
    int count = newSpecs.size();
    for (int i = 0; i < count; i++) {
      DataType dtype = newSpecs.get(i).dtype();
      int expected = expectedBytes(dtype, jsonBytes, count);
      if (buffers[i] == null) {
        buffers[i] = new TensorBuffer(dtype, expected, newMaxBytes);
      } else {
        buffers[i].begin(dtype, expected, newMaxBytes);
      }
      shapes[i] = null;
      seenIn[i] = -1;
    }
  }

  /** Lets go of what was read. */
  void end() {
    for (int i = 0; i < specs.size(); i++) {
      buffers[i].release();
      shapes[i] = null;
    }
    specs = List.of();
  }

  /** A guess that is rather too low: growing costs a copy, guessing high costs memory. */
  private static int expectedBytes(DataType dtype, int jsonBytes, int inputs) {
    long bytes =
        switch (dtype) {
          case FLOAT, INT32, UINT32 -> jsonBytes / 3L;
          case DOUBLE, INT64, UINT64, STRING -> jsonBytes / 2L;
          case HALF, BFLOAT16, INT16, UINT16, INT8, UINT8, BOOL -> jsonBytes / 4L;
          case COMPLEX64, COMPLEX128 -> 0;
        };
    return (int) (bytes / inputs);
  }

  int count() {
    return specs.size();
  }

  String name(int input) {
    return specs.get(input).name();
  }

  /** Notes that the input is in a row; whether it was not there before. */
  boolean isFirstIn(int row, int input) {
    boolean first = seenIn[input] != row;
    seenIn[input] = row;
    return first;
  }

  /** Whether the input was in that row. */
  boolean isIn(int row, int input) {
    return seenIn[input] == row;
  }

  boolean isRead(int input) {
    return shapes[input] != null;
  }

  /**
   * The input named by the key at hand.
   *
   * @param likely the input looked at first: keys mostly come in the same order
   * @return -1 if there is none
   */
  int inputOfKey(JsonReader reader, int likely) {
    int count = specs.size();
    for (int i = 0; i < count; i++) {
      int candidate = likely + i;
      if (candidate >= count) {
        candidate -= count;
      }
      if (reader.keyEquals(specs.get(candidate).name())) {
        return candidate;
      }
    }
    return -1;
  }

  /** Reads the value at hand as the whole tensor of an input. */
  void readWhole(JsonReader in, ElementReader elements, int input) {
    requireJsonForm(input);
    read(in, elements, input);
    shapes[input] = value.shape();
  }

  /**
   * Reads the value at hand as the next row of an input.
   *
   * @throws JsonTypeException when its shape is not that of the rows before
   */
  void readRow(JsonReader in, ElementReader elements, int input) {
    requireJsonForm(input);
    long before = buffers[input].elements();
    read(in, elements, input);
    long[] first = shapes[input];
    if (first == null) {
      shapes[input] = value.shape();
    } else if (!value.hasShape(first)) {
      throw unequalRow(first, buffers[input].elements() - before);
    }
  }

  private void read(JsonReader in, ElementReader elements, int input) {
    TensorBuffer buffer = buffers[input];
    int before = buffer.size();
    value.read(in, elements, specs.get(input).dtype(), buffer);
    bytes += buffer.size() - before;
    if (bytes > maxBytes) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "input tensor bytes: " + bytes + " (expected: <= " + maxBytes + ")");
    }
  }

  private JsonTypeException unequalRow(long[] first, long elementCount) {
    long expected = Tensor.elementCount(first);
    return new JsonTypeException(
        elementCount != expected
            ? "Expecting tensor size: " + expected + " but got: " + elementCount
            : "Expecting shape "
                + Arrays.toString(first)
                + " but got: "
                + Arrays.toString(value.shape()));
  }

  private void requireJsonForm(int input) {
    DataType dtype = specs.get(input).dtype();
    if (!ElementReader.supports(dtype)) {
      throw new InferenceException(
          FailureCode.UNIMPLEMENTED,
          "Conversion of JSON Value to type: "
              + dtype.label()
              + " is not supported (input '"
              + name(input)
              + "')");
    }
  }

  /** The tensors as they were read, all inputs having been. */
  List<Tensor> whole() {
    List<Tensor> tensors = new ArrayList<>(specs.size());
    for (int i = 0; i < specs.size(); i++) {
      tensors.add(buffers[i].toTensorView(shape(i)));
    }
    return tensors;
  }

  /** The tensors with the number of rows as their first dimension, all inputs having been read. */
  List<Tensor> stacked(long rows) {
    List<Tensor> tensors = new ArrayList<>(specs.size());
    for (int i = 0; i < specs.size(); i++) {
      tensors.add(buffers[i].toTensorView(stacked(shape(i), rows)));
    }
    return tensors;
  }

  private static long[] stacked(long[] row, long rows) {
    if (row.length == 0 && rows == 1) {
      return ONE_SCALAR;
    }
    long[] dims = new long[row.length + 1];
    dims[0] = rows;
    System.arraycopy(row, 0, dims, 1, row.length);
    return dims;
  }

  private long[] shape(int input) {
    long[] shape = shapes[input];
    return shape == null ? NOT_READ : shape;
  }
}
