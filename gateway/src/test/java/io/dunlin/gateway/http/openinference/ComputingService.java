package io.dunlin.gateway.http.openinference;

import io.dunlin.gateway.pipeline.InferenceService;
import io.dunlin.gateway.pipeline.Origin;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Computes for real: {@code simple} adds and subtracts its two inputs, every other model gives its
 * inputs back, {@code x} as {@code y}. Answers only the outputs asked for.
 */
final class ComputingService implements InferenceService {
  final List<InferenceRequest> requests = new ArrayList<>();
  Timings timings = new Timings(100, 1_000, 1, 1);
  @Nullable Throwable failure;
  @Nullable RuntimeException thrown;

  @Override
  public CompletionStage<InferenceResult> infer(InferenceRequest request, Origin origin) {
    requests.add(request);
    if (thrown != null) {
      throw thrown;
    }
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    List<NamedTensor> outputs = new ArrayList<>();
    for (NamedTensor output : compute(request)) {
      if (request.outputs().isEmpty() || request.outputs().contains(output.name())) {
        outputs.add(output);
      }
    }
    return CompletableFuture.completedFuture(
        new InferenceResult(new ReplicaId(request.version(), 0), outputs, timings));
  }

  InferenceRequest last() {
    return requests.get(requests.size() - 1);
  }

  private static List<NamedTensor> compute(InferenceRequest request) {
    if (request.version().model().equals("simple")) {
      Tensor a = request.inputs().get(0);
      Tensor b = request.inputs().get(1);
      return List.of(
          new NamedTensor("OUTPUT0", combine(a, b, 1)),
          new NamedTensor("OUTPUT1", combine(a, b, -1)));
    }
    return List.of(new NamedTensor("y", request.inputs().get(0)));
  }

  private static Tensor combine(Tensor a, Tensor b, int sign) {
    ByteBuffer left = a.bytes();
    ByteBuffer right = b.bytes();
    TensorBuffer out = new TensorBuffer(DataType.INT32, a.byteSize(), a.byteSize());
    while (left.hasRemaining()) {
      out.putInt(left.getInt() + sign * right.getInt());
    }
    return out.toTensor(a.dims());
  }
}
