package io.dunlin.gateway.http.tfserving;

import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Computes in Java what the models of {@link FakeModels} would; remembers the last request. */
final class FakeInference implements InferenceService {
  @Nullable InferenceRequest last;

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request, Origin origin) {
    last = request;
    String model = request.version().model();
    if (model.equals("explode")) {
      throw new IllegalStateException("a bug");
    }
    if (model.equals("fail")) {
      return CompletableFuture.failedFuture(failure(request).toException());
    }
    ReplicaId replica = new ReplicaId(request.version(), 0);
    return CompletableFuture.completedFuture(
        new InferenceResult(replica, outputs(model, request), Timings.NONE));
  }

  /** The first element of x picks an entry of the failure catalogue. */
  private static Failure failure(InferenceRequest request) {
    int ordinal = (int) request.inputs().get(0).bytes().getFloat();
    return new Failure(FailureCode.values()[ordinal], "chosen", Duration.ofSeconds(2));
  }

  private static List<NamedTensor> outputs(String model, InferenceRequest request) {
    Tensor first = request.inputs().get(0);
    return switch (model) {
      case "half_plus_two", "a_b_c" -> {
        if (request.signature().equals("regress")) {
          yield List.of(new NamedTensor("outputs", lengths(first).reshape(first.rows(), 1)));
        }
        yield List.of(new NamedTensor("y", map(first, x -> x / 2 + 2)));
      }
      case "pair" -> List.of(new NamedTensor("y", request.inputs().get(1)));
      case "two_out" ->
          List.of(
              new NamedTensor("double", map(first, x -> x * 2)),
              new NamedTensor("half", withUnitAxis(map(first, x -> x / 2))));
      case "mismatch" ->
          List.of(
              new NamedTensor("y", first),
              new NamedTensor("z", Tensor.of(DataType.FLOAT, new long[] {1}, new byte[4])));
      case "scalar_out" ->
          List.of(new NamedTensor("y", Tensor.of(DataType.FLOAT, new long[0], new byte[4])));
      case "classifier" -> classified(request.signature(), first);
      case "fraud" -> fraud(first.rows());
      default ->
          List.of(new NamedTensor(request.signature().equals("bytes") ? "y_bytes" : "y", first));
    };
  }

  private static List<NamedTensor> classified(String signature, Tensor examples) {
    long n = examples.rows();
    TensorBuffer labels = new TensorBuffer(DataType.STRING, 16, 1 << 20);
    TensorBuffer scores = new TensorBuffer(DataType.FLOAT, 16, 1 << 20);
    for (int i = 0; i < 2 * n; i++) {
      byte[] label = (i % 2 == 0 ? "cat" : "dog").getBytes(StandardCharsets.UTF_8);
      labels.putString(label, 0, label.length);
      scores.putFloat(i % 2 == 0 ? 0.75f : 0.25f);
    }
    NamedTensor classes = new NamedTensor("classes", labels.toTensor(n, 2));
    NamedTensor score = new NamedTensor("scores", scores.toTensor(n, 2));
    return switch (signature) {
      case "classes_only" -> List.of(classes);
      case "scores_only" -> List.of(score);
      case "bad_shape" -> List.of(new NamedTensor("scores", score.tensor().reshape(2 * n)));
      case "no_output" -> List.of(new NamedTensor("y", score.tensor()));
      default -> List.of(classes, score);
    };
  }

  private static List<NamedTensor> fraud(long rows) {
    TensorBuffer probabilities = new TensorBuffer(DataType.FLOAT, 16, 1 << 20);
    TensorBuffer decisions = new TensorBuffer(DataType.STRING, 16, 1 << 20);
    byte[] allow = "allow".getBytes(StandardCharsets.UTF_8);
    for (long i = 0; i < rows; i++) {
      probabilities.putFloat(0.01234567f);
      decisions.putString(allow, 0, allow.length);
    }
    return List.of(
        new NamedTensor("decision", decisions.toTensor(rows)),
        new NamedTensor("fraud_probability", probabilities.toTensor(rows)));
  }

  private static Tensor withUnitAxis(Tensor tensor) {
    long[] dims = Arrays.copyOf(tensor.dims(), tensor.rank() + 1);
    dims[tensor.rank()] = 1;
    return tensor.reshape(dims);
  }

  /** The byte length of each string, as a float. */
  private static Tensor lengths(Tensor strings) {
    ByteBuffer in = strings.bytes();
    TensorBuffer out = new TensorBuffer(DataType.FLOAT, 16, 1 << 20);
    while (in.hasRemaining()) {
      int length = in.getInt();
      in.position(in.position() + length);
      out.putFloat(length);
    }
    return out.toTensor(out.elements());
  }

  private static Tensor map(Tensor floats, DoubleUnaryOperator operator) {
    ByteBuffer in = floats.bytes();
    TensorBuffer out = new TensorBuffer(DataType.FLOAT, in.remaining(), 1 << 24);
    while (in.hasRemaining()) {
      out.putFloat((float) operator.applyAsDouble(in.getFloat()));
    }
    return out.toTensor(floats.dims());
  }
}
