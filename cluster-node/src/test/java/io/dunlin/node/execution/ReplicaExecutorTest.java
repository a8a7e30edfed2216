package io.dunlin.node.execution;

import static io.dunlin.node.execution.FakeModel.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ReplicaExecutorTest {
  private static final ReplicaId REPLICA = new ReplicaId(FakeModel.VERSION, 0);

  private static InferenceRequest request(String id, Tensor x) {
    return new InferenceRequest(
        id,
        FakeModel.VERSION,
        "serving_default",
        List.of(x),
        List.of(),
        Deadline.after(System.nanoTime(), Duration.ofSeconds(30)),
        Priority.DEFAULT);
  }

  private static CompletableFuture<InferenceReply> ask(
      ReplicaExecutor executor, InferenceRequest request) {
    CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
    executor.submit(
        request, answer -> assertThat(reply.complete(answer)).as("answered once").isTrue());
    return reply;
  }

  @Test
  void requestsThatGatheredWhileTheLaneWasBusyRunAsOneBatch() throws Exception {
    Semaphore gate = new Semaphore(0);
    FakeModel model = new FakeModel(gate);
    try (ReplicaExecutor executor =
        ReplicaExecutor.start(
            REPLICA,
            model,
            ModelSpec.of("double", "x"),
            System::nanoTime,
            ExecutionObserver.NONE)) {
      var first = ask(executor, request("first", rows(1, 1, 2)));
      model.entered.acquire();
      var second = ask(executor, request("second", rows(2, 3, 4, 5, 6)));
      var third = ask(executor, request("third", rows(1, 7, 8)));
      gate.release(2);

      assertThat(y(first)).isEqualTo(rows(1, 2, 4));
      assertThat(y(second)).isEqualTo(rows(2, 6, 8, 10, 12));
      assertThat(y(third)).isEqualTo(rows(1, 14, 16));
      assertThat(model.runRows).containsExactly(1, 3);
      executor
          .drain(Deadline.after(System.nanoTime(), Duration.ofSeconds(10)))
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      assertThat(executor.stats().completedRequests()).isEqualTo(3);
    }
  }

  private static Tensor y(CompletableFuture<InferenceReply> reply) throws Exception {
    InferenceReply answer = reply.get(10, TimeUnit.SECONDS);
    assertThat(answer).isInstanceOf(InferenceReply.Completed.class);
    return ((InferenceReply.Completed) answer).result().output("y").orElseThrow().tensor();
  }
}
