package io.dunlin.gateway.http.openinference;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** V2 requests: the same row of floats as JSON and as binary data behind its JSON. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class InferCodecBenchmark {
  private static final int MAX_BYTES = 64 << 20;

  /** Floats in the row. */
  @Param({"32", "1024", "150528"})
  private int floats;

  private InferBody json = new InferBody(new byte[0], 0, 0, 0, false);
  private InferBody binary = json;

  @Setup
  public void bodies() {
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer raw = ByteBuffer.allocate(4 * floats).order(ByteOrder.LITTLE_ENDIAN);
    ObjectNode withData = request();
    ArrayNode data = ((ObjectNode) withData.at("/inputs/0")).putArray("data");
    for (int i = 0; i < floats; i++) {
      float value = (float) random.nextDouble(-1, 1);
      data.add(value);
      raw.putFloat(value);
    }
    byte[] text = withData.toString().getBytes(StandardCharsets.UTF_8);
    json = new InferBody(text, 0, text.length, 0, false);
    ObjectNode described = request();
    ((ObjectNode) described.at("/inputs/0"))
        .putObject("parameters")
        .put("binary_data_size", 4 * floats);
    byte[] head = described.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer both = ByteBuffer.allocate(head.length + raw.capacity()).put(head).put(raw.flip());
    binary = new InferBody(both.array(), 0, head.length, raw.capacity(), true);
  }

  private ObjectNode request() {
    ObjectNode request = new JsonMapper().createObjectNode();
    ObjectNode input = request.putArray("inputs").addObject();
    input.put("name", "x").put("datatype", "FP32").putArray("shape").add(1).add(floats);
    return request;
  }

  @Benchmark
  public InferDocument json() {
    return InferRequestReader.read(json, "m", MAX_BYTES);
  }

  @Benchmark
  public InferDocument binary() {
    return InferRequestReader.read(binary, "m", MAX_BYTES);
  }
}
