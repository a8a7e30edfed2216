package io.dunlin.shared.protocol.frame;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
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

/** An inference attempt between gateway and node, as bytes and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class InferFrameBenchmark {
  /** Floats of the one input. */
  @Param({"32", "150528"})
  private int floats;

  private ReplicaId replica = new ReplicaId(new ModelVersionId("m", 1), 0);
  private InferenceRequest request = request(1);
  private byte[] body = new byte[0];

  @Setup
  public void encoded() {
    request = request(floats);
    OutgoingMessage message = InferCodec.encode(1, replica, request);
    ByteBuffer bytes = ByteBuffer.allocate(message.bodyBytes());
    message.copyTo(bytes, message.bodyBytes());
    body = bytes.array();
  }

  private InferenceRequest request(int count) {
    return new InferenceRequest(
        "0123456789abcdef",
        replica.version(),
        "serving_default",
        List.of(Tensor.of(DataType.FLOAT, new long[] {1, count}, new byte[4 * count])),
        List.of(),
        new Deadline(Long.MAX_VALUE / 2),
        Priority.DEFAULT);
  }

  @Benchmark
  public OutgoingMessage encode() {
    return InferCodec.encode(1, replica, request);
  }

  @Benchmark
  public InferCodec.Infer decode() {
    return InferCodec.decode(body, 0);
  }
}
