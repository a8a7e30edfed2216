package io.dunlin.node.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dunlin.node.runtime.LoadOptions;
import io.dunlin.node.runtime.LoadedModel;
import io.dunlin.node.runtime.tensorflow.TensorFlowRuntime;
import io.dunlin.node.runtime.tensorflow.TensorFlowSettings;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.NamedTensor;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import io.dunlin.shared.tensor.TensorBuffer;
import io.dunlin.shared.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batched, split and padded, real models answer each request just as they do by itself. */
final class TensorFlowBatchingTest {
  private static final Path MODELS =
      Path.of(System.getProperty("dunlin.examples", "examples")).resolve("test-models");
  private static final TensorFlowRuntime RUNTIME =
      new TensorFlowRuntime(TensorFlowSettings.DEFAULT);

  private final Random random = new Random(5);

  private static LoadedModel load(String model) throws Exception {
    return RUNTIME.load(
        new ModelVersionId(model, 1), MODELS.resolve(model).resolve("1"), LoadOptions.DEFAULT);
  }

  /** Nothing runs before {@code maxBatchSize} rows are there, so that batches are what is meant. */
  private static ReplicaExecutor start(LoadedModel model, int maxBatchSize, Integer... allowed) {
    ModelSpec plain = ModelSpec.of(model.description().version().model(), "test-models");
    ModelSpec spec =
        new ModelSpec(
            plain.name(),
            plain.source(),
            plain.versionPolicy(),
            plain.replicas(),
            plain.device(),
            plain.memoryBytes(),
            new Batching(true, maxBatchSize, Duration.ofDays(1), List.of(allowed)),
            plain.queue(),
            plain.timeout(),
            plain.warmup(),
            plain.placement(),
            plain.priority(),
            plain.threading());
    return ReplicaExecutor.start(
        new ReplicaId(model.description().version(), 0),
        model,
        spec,
        System::nanoTime,
        ExecutionObserver.NONE);
  }

  private static CompletableFuture<InferenceReply> ask(
      ReplicaExecutor executor, LoadedModel model, String signature, List<Tensor> inputs) {
    CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
    executor.submit(
        new InferenceRequest(
            "r",
            model.description().version(),
            signature,
            inputs,
            List.of(),
            Deadline.after(System.nanoTime(), Duration.ofDays(2)),
            Priority.DEFAULT),
        reply::complete);
    return reply;
  }

  private static List<Tensor> outputs(CompletableFuture<InferenceReply> reply) throws Exception {
    InferenceReply answer = reply.get(60, TimeUnit.SECONDS);
    assertThat(answer).isInstanceOf(InferenceReply.Completed.class);
    return ((InferenceReply.Completed) answer)
        .result().outputs().stream().map(NamedTensor::tensor).toList();
  }

  private static List<Tensor> alone(LoadedModel model, String signature, List<Tensor> inputs)
      throws Exception {
    return model.run(signature, inputs.stream().map(LoadedModel.Input::of).toList());
  }

  private List<Tensor> rows(Signature signature, int rows) {
    return signature.inputs().stream().map(spec -> rows(spec, rows)).toList();
  }

  private Tensor rows(TensorSpec spec, int rows) {
    Shape shape = spec.shape();
    long[] dims = new long[shape.rank()];
    dims[0] = rows;
    for (int axis = 1; axis < dims.length; axis++) {
      dims[axis] = shape.dim(axis) == -1 ? 3 : shape.dim(axis);
    }
    int elements = (int) Tensor.elementCount(dims);
    TensorBuffer buffer = new TensorBuffer(spec.dtype(), 16 * elements, Tensor.MAX_BYTES);
    for (int i = 0; i < elements; i++) {
      switch (spec.dtype()) {
        case FLOAT -> buffer.putFloat((float) random.nextGaussian());
        case DOUBLE -> buffer.putDouble(random.nextGaussian());
        case STRING -> {
          byte[] text =
              Integer.toString(random.nextInt(1 << i % 20)).getBytes(StandardCharsets.UTF_8);
          buffer.putString(text, 0, text.length);
        }
        case BOOL -> buffer.putByte(random.nextInt(2));
        default -> {
          byte[] bytes = new byte[spec.dtype().byteSize()];
          random.nextBytes(bytes);
          buffer.putRaw(bytes, 0, bytes.length, 1);
        }
      }
    }
    return buffer.toTensor(dims);
  }

  @ParameterizedTest
  @CsvSource({
    "half_plus_two, serving_default",
    "simple, serving_default",
    "simple_string, serving_default",
    "string_identity, serving_default",
    "two_outputs, serving_default",
    "identity, float16",
    "identity, bool",
    "identity, string",
    "identity, complex128",
    "wide, serving_default"
  })
  void batchedAnswersAreBitEqual(String name, String signatureName) throws Exception {
    try (LoadedModel model = load(name);
        ReplicaExecutor executor = start(model, 16)) {
      Signature signature = model.description().signature(signatureName).orElseThrow();
      int[] counts = {1, 3, 1, 7, 4};
      List<List<Tensor>> asked = new ArrayList<>();
      List<CompletableFuture<InferenceReply>> replies = new ArrayList<>();
      for (int count : counts) {
        List<Tensor> inputs = rows(signature, count);
        asked.add(inputs);
        replies.add(ask(executor, model, signatureName, inputs));
      }
      for (int i = 0; i < counts.length; i++) {
        assertThat(outputs(replies.get(i)))
            .as("request %s of %s rows", i, counts[i])
            .isEqualTo(alone(model, signatureName, asked.get(i)));
      }
      assertThat(executor.unbatchedSignatures()).doesNotContain(signatureName);
    }
  }

  /**
   * TensorFlow multiplies one row by another routine than many, so a row's last bits may depend on
   * the rows beside it. Then the batch must be bit-equal to the same rows in one call, and close to
   * each request by itself.
   */
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "matmul_batch"})
  void batchedMatrixProductsAreThoseOfOneCallWithAllRows(String name) throws Exception {
    try (LoadedModel model = load(name);
        ReplicaExecutor executor = start(model, 16)) {
      Signature signature = model.description().signature("serving_default").orElseThrow();
      Tensor all = rows(signature, 16).get(0);
      Tensor[] parts = all.split(new int[] {1, 3, 1, 7, 4});
      List<CompletableFuture<InferenceReply>> replies = new ArrayList<>();
      for (Tensor part : parts) {
        replies.add(ask(executor, model, "serving_default", List.of(part)));
      }
      Tensor inOneCall = alone(model, "serving_default", List.of(all)).get(0);
      Tensor[] expected = inOneCall.split(new int[] {1, 3, 1, 7, 4});
      for (int i = 0; i < parts.length; i++) {
        Tensor answer = outputs(replies.get(i)).get(0);
        assertThat(answer).isEqualTo(expected[i]);
        Tensor byItself = alone(model, "serving_default", List.of(parts[i])).get(0);
        assertThat(floats(answer)).containsExactly(floats(byItself), within(1e-4f));
      }
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] floats = new float[(int) tensor.elementCount()];
    tensor.bytes().asFloatBuffer().get(floats);
    return floats;
  }

  @ParameterizedTest
  @ValueSource(strings = {"half_plus_two", "simple_string", "two_outputs"})
  void splitAndPaddedAnswersAreBitEqual(String name) throws Exception {
    try (LoadedModel model = load(name);
        ReplicaExecutor executor = start(model, 4, 2, 4)) {
      Signature signature = model.description().signature("serving_default").orElseThrow();
      List<Tensor> inputs = rows(signature, 11);
      var reply = ask(executor, model, "serving_default", inputs);
      executor
          .drain(Deadline.after(System.nanoTime(), Duration.ofMinutes(1)))
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);

      assertThat(outputs(reply)).isEqualTo(alone(model, "serving_default", inputs));
      assertThat(executor.stats().paddingRows()).isEqualTo(1);
    }
  }

  @Test
  void onlyTheGuiltyRequestOfABatchFails() throws Exception {
    try (LoadedModel model = load("poison");
        ReplicaExecutor executor = start(model, 8)) {
      List<CompletableFuture<InferenceReply>> replies = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        TensorBuffer x = new TensorBuffer(DataType.FLOAT, 16, 16);
        x.putFloat(i == 3 ? -999 : i);
        x.putFloat(1);
        x.putFloat(2);
        x.putFloat(3);
        replies.add(ask(executor, model, "serving_default", List.of(x.toTensor(1, 4))));
      }

      for (int i = 0; i < 8; i++) {
        if (i == 3) {
          assertThat(replies.get(i).get(60, TimeUnit.SECONDS))
              .isInstanceOfSatisfying(
                  InferenceReply.Failed.class,
                  failed ->
                      assertThat(failed.failure())
                          .returns(FailureCode.INVALID_ARGUMENT, Failure::code));
        } else {
          assertThat(outputs(replies.get(i)).get(0).bytes().getFloat()).isEqualTo(2f * i);
        }
      }
    }
  }

  @Test
  void aSignatureWithoutRowsRunsEachRequestAlone() throws Exception {
    try (LoadedModel model = load("no_batch");
        ReplicaExecutor executor = start(model, 8)) {
      TensorBuffer v = new TensorBuffer(DataType.FLOAT, 12, 12);
      v.putFloat(1);
      v.putFloat(2);
      v.putFloat(3);
      Tensor input = v.toTensor(3);

      assertThat(executor.unbatchedSignatures()).containsExactly("serving_default");
      assertThat(outputs(ask(executor, model, "serving_default", List.of(input))))
          .isEqualTo(alone(model, "serving_default", List.of(input)));
    }
  }
}
