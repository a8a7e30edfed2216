package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Seeded random tensors of every type through an identity model, in every mix of the two forms. */
class InferRoundTripTest {
  private static final long SEED = 20261123;
  private static final int RUNS = 25;

  private final Fixture fixture = new Fixture();

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMPLEX64", "COMPLEX128"})
  void whatGoesInBinaryComesOutAsItWas(DataType dtype) {
    Random random = new Random(SEED + dtype.number());
    for (int run = 0; run < RUNS; run++) {
      Tensor tensor = tensor(random, dtype);
      Fixture.Answer answer = send(dtype, binaryInput(tensor), bytes(tensor), true);
      assertThat(answer.status()).as("run %d: %s", run, answer.text()).isEqualTo(200);
      assertThat(answer.binary()).isEqualTo(bytes(tensor));
      assertThat(shape(answer)).isEqualTo(tensor.dims());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"COMPLEX64", "COMPLEX128", "HALF", "BFLOAT16"})
  void whatGoesInAsJsonComesOutAsItWasInEitherForm(DataType dtype) {
    Random random = new Random(SEED + dtype.number());
    for (int run = 0; run < RUNS; run++) {
      Tensor tensor = tensor(random, dtype);
      String input = jsonInput(random, tensor);
      Fixture.Answer binary = send(dtype, input, new byte[0], true);
      assertThat(binary.status()).as("run %d: %s", run, binary.text()).isEqualTo(200);
      assertThat(binary.binary()).as("run %d: %s", run, input).isEqualTo(bytes(tensor));
      Fixture.Answer json = send(dtype, input, new byte[0], false);
      assertThat(elements(dtype, json)).isEqualTo(tensor);
    }
  }

  private Fixture.Answer send(DataType dtype, String input, byte[] binary, boolean binaryOut) {
    String json =
        "{\"inputs\":[" + input + "],\"parameters\":{\"binary_data_output\":" + binaryOut + "}}";
    return fixture
        .post("/v2/models/identity_" + dtype.label() + "/infer")
        .body(json, binary)
        .send();
  }

  private static String head(Tensor tensor) {
    return "{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":%s,"
        .formatted(tensor.dtype().v2Name().orElseThrow(), Arrays.toString(tensor.dims()));
  }

  private static String binaryInput(Tensor tensor) {
    return head(tensor) + "\"parameters\":{\"binary_data_size\":" + tensor.byteSize() + "}}";
  }

  /** Flat or nested by row, before or behind the shape. */
  private static String jsonInput(Random random, Tensor tensor) {
    ByteBuffer bytes = tensor.bytes();
    boolean nested = random.nextBoolean();
    StringJoiner rows = new StringJoiner(",", "[", "]");
    for (int row = 0; row < tensor.dim(0); row++) {
      StringJoiner elements = new StringJoiner(" ,", nested ? "[" : "", nested ? "]" : "");
      for (int column = 0; column < tensor.dim(1); column++) {
        elements.add(element(tensor.dtype(), bytes));
      }
      if (nested || tensor.dim(1) > 0) {
        rows.add(elements.toString());
      }
    }
    String data = "\"data\":" + rows;
    String head = head(tensor);
    return random.nextBoolean()
        ? head + data + "}"
        : "{" + data + "," + head.substring(1, head.length() - 1) + "}";
  }

  private static String element(DataType dtype, ByteBuffer bytes) {
    return switch (dtype) {
      case FLOAT -> Float.toString(bytes.getFloat());
      case DOUBLE -> Double.toString(bytes.getDouble());
      case INT8 -> Byte.toString(bytes.get());
      case UINT8 -> Integer.toString(bytes.get() & 0xff);
      case INT16 -> Short.toString(bytes.getShort());
      case UINT16 -> Integer.toString(bytes.getShort() & 0xffff);
      case INT32 -> Integer.toString(bytes.getInt());
      case UINT32 -> Integer.toUnsignedString(bytes.getInt());
      case INT64 -> Long.toString(bytes.getLong());
      case UINT64 -> Long.toUnsignedString(bytes.getLong());
      case BOOL -> Boolean.toString(bytes.get() != 0);
      case STRING -> {
        byte[] text = new byte[bytes.getInt()];
        bytes.get(text);
        yield JsonNodeFactory.instance
            .textNode(new String(text, StandardCharsets.UTF_8))
            .toString();
      }
      case HALF, BFLOAT16, COMPLEX64, COMPLEX128 -> throw new AssertionError(dtype);
    };
  }

  private static Tensor elements(DataType dtype, Fixture.Answer answer) {
    TensorBuffer buffer = new TensorBuffer(dtype, 64, 1 << 20);
    for (JsonNode element : answer.json().at("/outputs/0/data")) {
      switch (dtype) {
        case FLOAT -> buffer.putFloat((float) element.asDouble());
        case DOUBLE -> buffer.putDouble(element.asDouble());
        case INT8, UINT8 -> buffer.putByte(element.asInt());
        case INT16, UINT16 -> buffer.putShort(element.asInt());
        case INT32, UINT32 -> buffer.putInt((int) element.asLong());
        case INT64 -> buffer.putLong(element.asLong());
        case UINT64 -> buffer.putLong(element.bigIntegerValue().longValue());
        case BOOL -> buffer.putByte(element.asBoolean() ? 1 : 0);
        case STRING -> {
          byte[] text = element.asText().getBytes(StandardCharsets.UTF_8);
          buffer.putString(text, 0, text.length);
        }
        case HALF, BFLOAT16, COMPLEX64, COMPLEX128 -> throw new AssertionError(dtype);
      }
    }
    return buffer.toTensor(shape(answer));
  }

  private static long[] shape(Fixture.Answer answer) {
    JsonNode shape = answer.json().at("/outputs/0/shape");
    long[] dims = new long[shape.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.get(i).asLong();
    }
    return dims;
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[tensor.byteSize()];
    tensor.bytes().get(bytes);
    return bytes;
  }

  /** All bit patterns, but for NaN, which JSON has only one of. */
  private static Tensor tensor(Random random, DataType dtype) {
    int rows = random.nextInt(4);
    int columns = random.nextInt(6);
    TensorBuffer buffer = new TensorBuffer(dtype, 64, 1 << 20);
    for (int i = 0; i < rows * columns; i++) {
      switch (dtype) {
        case FLOAT -> buffer.putFloat(Float.intBitsToFloat(random.nextInt()));
        case DOUBLE -> buffer.putDouble(Double.longBitsToDouble(random.nextLong()));
        case INT8, UINT8 -> buffer.putByte(random.nextInt());
        case INT16, UINT16, HALF, BFLOAT16 -> buffer.putShort(random.nextInt());
        case INT32, UINT32 -> buffer.putInt(random.nextInt());
        case INT64, UINT64 -> buffer.putLong(random.nextLong());
        case BOOL -> buffer.putByte(random.nextInt(2));
        case STRING -> {
          byte[] text = text(random).getBytes(StandardCharsets.UTF_8);
          buffer.putString(text, 0, text.length);
        }
        case COMPLEX64, COMPLEX128 -> throw new AssertionError(dtype);
      }
    }
    return canonical(buffer.toTensor(rows, columns));
  }

  /** Every NaN as the one that JSON's token stands for. */
  private static Tensor canonical(Tensor tensor) {
    TensorBuffer buffer = new TensorBuffer(tensor.dtype(), 64, 1 << 20);
    ByteBuffer bytes = tensor.bytes();
    switch (tensor.dtype()) {
      case FLOAT -> {
        while (bytes.hasRemaining()) {
          float value = bytes.getFloat();
          buffer.putFloat(Float.isNaN(value) ? Float.NaN : value);
        }
      }
      case DOUBLE -> {
        while (bytes.hasRemaining()) {
          double value = bytes.getDouble();
          buffer.putDouble(Double.isNaN(value) ? Double.NaN : value);
        }
      }
      case INT32, UINT8, INT16, INT8, STRING, COMPLEX64, INT64, BOOL, BFLOAT16 -> {
        return tensor;
      }
      case UINT16, COMPLEX128, HALF, UINT32, UINT64 -> {
        return tensor;
      }
    }
    return buffer.toTensor(tensor.dims());
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(12);
    for (int i = 0; i < length; i++) {
      int code =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> random.nextInt(0x80);
            case 2 -> 0x80 + random.nextInt(0xd800 - 0x80);
            default -> 0x10000 + random.nextInt(0x100000);
          };
      text.appendCodePoint(code);
    }
    return text.toString();
  }
}
