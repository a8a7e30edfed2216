package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.http.json.JsonReader;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

/** TensorFlow Serving's JSON: rows of floats in, rows of floats out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PredictCodecBenchmark {
  private static final int MAX_BYTES = 64 << 20;

  /** Floats in a row. */
  @Param({"32", "1024", "150528"})
  private int floats;

  private byte[] body = new byte[0];
  private Signature signature =
      new Signature("serving_default", "tensorflow/serving/predict", List.of(), List.of());
  private List<NamedTensor> outputs = List.of();

  @Setup
  public void row() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("[[");
    TensorBuffer buffer = new TensorBuffer(DataType.FLOAT, 4 * floats, 4 * floats + 16);
    for (int i = 0; i < floats; i++) {
      float value = (float) random.nextDouble(-1, 1);
      text.append(i == 0 ? "" : ",").append(value);
      buffer.putFloat(value);
    }
    body = text.append("]]").toString().getBytes(StandardCharsets.UTF_8);
    TensorSpec spec = new TensorSpec("x", DataType.FLOAT, Shape.of(-1, floats), "x:0");
    signature =
        new Signature("serving_default", "tensorflow/serving/predict", List.of(spec), List.of());
    outputs = List.of(new NamedTensor("y", buffer.toTensor(1, floats)));
  }

  @Benchmark
  public List<Tensor> read() {
    return RowFormat.read(new JsonReader(body, 0, body.length), signature, MAX_BYTES);
  }

  @Benchmark
  public int write() {
    return PredictAnswer.write(outputs, true, MAX_BYTES).size();
  }
}
