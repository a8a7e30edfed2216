package io.dunlin.gateway.http.openinference;

import static io.dunlin.gateway.http.openinference.InferRequestReader.invalid;

import io.dunlin.gateway.http.json.ElementReader;
import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.gateway.http.json.JsonReader.Kind;
import io.dunlin.gateway.http.json.JsonTypeException;
import io.dunlin.gateway.http.openinference.InferDocument.Input;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorTooLargeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of {@code inputs}, one after the other: each becomes a tensor, from its JSON
 * elements or as a view on the next of the binary bytes behind the JSON.
 *
 * <p>Elements are decoded where they stand once shape and datatype are known; if they come first,
 * their place is remembered and gone back to.
 */
final class InputReader {
  /** Triton's limit; a tensor's own rank is far below it. */
  static final int MAX_NESTING = 100;

  /** The most dimensions TensorFlow knows. */
  static final int MAX_RANK = 254;

  private final JsonReader in;
  private final FieldPath path;
  private final InferBody body;
  private final String model;
  private final int maxTensorBytes;
  private int binaryAt;
  private int bytesLeft;

  private @Nullable String name;
  private @Nullable DataType datatype;
  private long @Nullable [] shape;
  private long binarySize;
  private int dataAt;
  private @Nullable Tensor tensor;

  InputReader(JsonReader in, FieldPath path, InferBody body, String model, int maxTensorBytes) {
    this.in = in;
    this.path = path;
    this.body = body;
    this.model = model;
    this.maxTensorBytes = maxTensorBytes;
    this.binaryAt = body.binaryOffset();
    this.bytesLeft = maxTensorBytes;
  }

  Input read() {
    name = null;
    datatype = null;
    shape = null;
    binarySize = -1;
    dataAt = -1;
    tensor = null;
    MemberSet seen = new MemberSet(path);
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      member(seen);
      path.member("");
    }
    String inputName = required(name, "name", "a string");
    DataType dtype = required(datatype, "datatype", "a string");
    long[] dims = required(shape, "shape", "an array of integers >= 0");
    return new Input(inputName, tensor(inputName, dtype, dims));
  }

  /** To be called after the last input: every byte behind the JSON must belong to one. */
  void requireAllBinaryUsed() {
    int left = body.binaryOffset() + body.binaryLength() - binaryAt;
    if (left != 0) {
      throw invalid(
          "unexpected additional input data for model '"
              + model
              + "': "
              + left
              + " bytes after the last binary input (expected: none)");
    }
  }

  static InferenceException sharedMemory(FieldPath path) {
    return new InferenceException(
        FailureCode.UNIMPLEMENTED,
        "'" + path + "': shared memory is not supported (expected: JSON or binary data)");
  }

  private void member(MemberSet seen) {
    if (in.keyEquals("name")) {
      path.member(seen.first("name"));
      name = in.readString();
    } else if (in.keyEquals("datatype")) {
      path.member(seen.first("datatype"));
      datatype = datatype(in.readString());
    } else if (in.keyEquals("shape")) {
      path.member(seen.first("shape"));
      shape = shape();
    } else if (in.keyEquals("parameters")) {
      path.member(seen.first("parameters"));
      parameters();
    } else if (in.keyEquals("data")) {
      path.member(seen.first("data"));
      data();
    } else {
      in.skipValue();
    }
  }

  private DataType datatype(String written) {
    return DataType.ofV2Name(written)
        .orElseThrow(
            () ->
                invalid(
                    "'"
                        + path
                        + "': '"
                        + written
                        + "' (expected: one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16,"
                        + " INT32, INT64, FP16, BF16, FP32, FP64, BYTES)"));
  }

  private long[] shape() {
    long[] dims = new long[4];
    int rank = 0;
    for (boolean more = in.enterArray(); more; more = in.nextElement()) {
      if (rank == MAX_RANK) {
        throw invalid("'" + path + "': more than " + MAX_RANK + " sizes (expected: at most that)");
      }
      if (rank == dims.length) {
        dims = Arrays.copyOf(dims, rank * 2);
      }
      dims[rank++] = ParametersReader.readUnsigned(in);
    }
    long[] exact = Arrays.copyOf(dims, rank);
    try {
      Tensor.elementCount(exact);
    } catch (IllegalArgumentException e) {
      throw invalid("'" + path + "': " + e.getMessage());
    }
    return exact;
  }

  private void parameters() {
    if (in.kind() == Kind.NULL) {
      in.readNull();
      return;
    }
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.key();
      path.member("parameters." + key);
      switch (key) {
        case "binary_data_size" -> binarySize = ParametersReader.readUnsigned(in);
        case "shared_memory_region" -> throw sharedMemory(path);
        default -> in.skipValue();
      }
    }
  }

  private void data() {
    Kind kind = in.kind();
    if (kind == Kind.NULL) {
      in.readNull();
      return;
    }
    if (kind != Kind.ARRAY) {
      throw new JsonTypeException(
          "JSON Value: " + in.excerpt(in.position()) + " (expected: an array)");
    }
    dataAt = in.position();
    if (datatype != null && shape != null) {
      tensor = elements(datatype, shape);
    } else {
      in.skipValue();
    }
  }

  private Tensor tensor(String inputName, DataType dtype, long[] dims) {
    boolean json = dataAt >= 0;
    if (json == binarySize >= 0) {
      throw invalid(
          "Input must set only one of the following fields: 'data', 'binary_data_size' in"
              + " 'parameters'. But "
              + (json ? "both are" : "none is")
              + " set for input '"
              + inputName
              + "'");
    }
    if (!json) {
      return binary(inputName, dtype, dims);
    }
    if (tensor != null) {
      return tensor;
    }
    int end = in.position();
    in.position(dataAt);
    path.member("data");
    Tensor decoded = elements(dtype, dims);
    in.position(end);
    return decoded;
  }

  private Tensor elements(DataType dtype, long[] dims) {
    if (dtype == DataType.HALF || dtype == DataType.BFLOAT16) {
      throw invalid(
          "receiving "
              + MetadataDocument.datatype(dtype)
              + " data via JSON is not supported. Please use the binary data format for input "
              + (name == null ? path : name));
    }
    long expected = Tensor.elementCount(dims);
    boolean fixed = dtype.isFixedWidth();
    // No further than the shape says: what a request can make us allocate is bounded by both.
    long limit = fixed ? saturated(expected, dtype.byteSize()) : bytesLeft;
    // An element takes two bytes of JSON at least, a string no less than in its tensor but for
    // the length in front.
    long hint =
        fixed
            ? Math.min(limit, (in.remaining() / 2 + 1L) * dtype.byteSize())
            : Math.min(saturated(expected, 16), in.remaining());
    TensorBuffer buffer =
        new TensorBuffer(dtype, (int) Math.min(hint, bytesLeft), (int) Math.min(limit, bytesLeft));
    try {
      new ElementReader(in, false).readFlat(dtype, buffer, MAX_NESTING);
    } catch (TensorTooLargeException e) {
      if (limit <= bytesLeft && fixed) {
        throw wrongCount("more", expected);
      }
      throw e;
    }
    if (buffer.elements() != expected) {
      throw wrongCount(Long.toString(buffer.elements()), expected);
    }
    bytesLeft -= buffer.size();
    return buffer.toTensorView(dims);
  }

  private static long saturated(long count, int each) {
    return count > Long.MAX_VALUE / each ? Long.MAX_VALUE : count * each;
  }

  private InferenceException wrongCount(String found, long expected) {
    return invalid(
        "Unable to parse 'data': Shape does not match true shape of 'data' field: '"
            + path
            + "' has "
            + found
            + " elements (expected: "
            + expected
            + ", the product of 'shape')");
  }

  private Tensor binary(String inputName, DataType dtype, long[] dims) {
    if (!body.framed()) {
      throw invalid(
          "must specify valid '"
              + InferBody.HEADER_LENGTH
              + "' in request header and 'binary_data_size' when passing inputs in binary data"
              + " format: input '"
              + inputName
              + "'");
    }
    int available = body.binaryOffset() + body.binaryLength() - binaryAt;
    if (binarySize > available) {
      throw invalid(
          "unexpected size for input '"
              + inputName
              + "', expecting "
              + (binarySize - available)
              + " additional bytes for model '"
              + model
              + "'");
    }
    if (binarySize > bytesLeft) {
      throw new InferenceException(
          FailureCode.PAYLOAD_TOO_LARGE,
          "input '"
              + inputName
              + "': the request's input tensors exceed "
              + maxTensorBytes
              + " bytes");
    }
    int size = (int) binarySize;
    Tensor view = BinaryTensor.view(inputName, model, dtype, dims, body.array(), binaryAt, size);
    binaryAt += size;
    bytesLeft -= size;
    return view;
  }

  private <T> T required(@Nullable T value, String member, String expected) {
    if (value == null) {
      throw invalid(path + ": no '" + member + "' (expected: " + expected + ")");
    }
    return value;
  }
}
