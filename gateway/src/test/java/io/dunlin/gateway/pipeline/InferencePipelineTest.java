package io.dunlin.gateway.pipeline;

import static io.dunlin.gateway.routing.Reports.description;
import static io.dunlin.gateway.routing.Reports.entry;
import static io.dunlin.gateway.routing.Reports.node;
import static io.dunlin.gateway.routing.Reports.replica;
import static io.dunlin.gateway.routing.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTableBuilder;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.InferenceEndpoint;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InferencePipelineTest {
  private static final ModelVersionId VERSION = new ModelVersionId("m", 1);

  private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);
  private final List<ReplicaId> asked = new ArrayList<>();
  private final Map<ReplicaId, FailureCode> refusals = new HashMap<>();
  private final List<InferenceEndpoint.ReplySink> silent = new ArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private boolean answers = true;

  @AfterEach
  void stop() {
    timer.stop();
  }

  /** A node that answers, refuses or keeps silent as the test says. */
  private InferenceEndpoint.Attempt infer(
      ReplicaId replica, InferenceRequest request, InferenceEndpoint.ReplySink sink) {
    asked.add(replica);
    FailureCode refusal = refusals.get(replica);
    if (refusal != null) {
      sink.answered(new InferenceReply.Failed(refusal, "told to refuse"));
    } else if (answers) {
      sink.answered(
          new InferenceReply.Completed(new InferenceResult(replica, List.of(), Timings.NONE)));
    } else {
      silent.add(sink);
    }
    return cancelled::incrementAndGet;
  }

  private InferencePipeline pipeline(int replicas) {
    RoutingTables tables = new RoutingTables();
    var nodes = new ArrayList<io.dunlin.shared.directory.NodeReport>();
    for (int i = 0; i < replicas; i++) {
      nodes.add(node("n" + i, report(replica("m", 1, i), ReplicaState.READY, "")));
    }
    tables.publish(
        RoutingTableBuilder.build(
            Map.of("m", entry("m", 1L)), nodes, Map.of("m/1", description("m", 1))));
    ReplicaRouter router =
        new ReplicaRouter(
            tables,
            route -> Optional.of(this::infer),
            new ReplicaSelector(new SplittableRandom(1)));
    return new InferencePipeline(router, timer, System::nanoTime);
  }

  private static InferenceRequest request(Duration timeout) {
    return new InferenceRequest(
        "id",
        VERSION,
        "serving_default",
        List.of(),
        List.of(),
        Deadline.after(System.nanoTime(), timeout),
        Priority.DEFAULT);
  }

  private static FailureCode failureOf(CompletableFuture<InferenceResult> result)
      throws InterruptedException, java.util.concurrent.TimeoutException {
    try {
      result.get(10, TimeUnit.SECONDS);
      throw new AssertionError("expected a failure");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InferenceException expected) {
        return expected.failure().code();
      }
      throw new AssertionError("expected an InferenceException", e);
    }
  }

  private CompletableFuture<InferenceResult> run(int replicas, Duration timeout) {
    return pipeline(replicas).infer(request(timeout), Caller.PATIENT).toCompletableFuture();
  }

  @Test
  void aReadyReplicaAnswers() throws Exception {
    assertThat(run(1, Duration.ofSeconds(5)).get().replica()).isEqualTo(replica("m", 1, 0));
  }

  @Test
  void aReplicaThatCannotTakeItIsFollowedByAnother() throws Exception {
    for (FailureCode code :
        List.of(
            FailureCode.REPLICA_GONE,
            FailureCode.DRAINING,
            FailureCode.CONNECTION_LOST,
            FailureCode.OVERLOADED)) {
      asked.clear();
      refusals.clear();
      refusals.put(replica("m", 1, 0), code);
      refusals.put(replica("m", 1, 1), code);
      assertThat(run(3, Duration.ofSeconds(5)).get().replica())
          .as(code.name())
          .isEqualTo(replica("m", 1, 2));
      assertThat(asked).doesNotHaveDuplicates();
    }
  }

  @Test
  void aCallersMistakeIsNotTriedElsewhere() throws Exception {
    refusals.put(replica("m", 1, 0), FailureCode.INVALID_ARGUMENT);
    refusals.put(replica("m", 1, 1), FailureCode.INVALID_ARGUMENT);
    assertThat(failureOf(run(2, Duration.ofSeconds(5)))).isEqualTo(FailureCode.INVALID_ARGUMENT);
    assertThat(asked).hasSize(1);
  }

  @Test
  void whenEveryReplicaRefusedTheLastRefusalIsTheAnswer() throws Exception {
    refusals.put(replica("m", 1, 0), FailureCode.OVERLOADED);
    refusals.put(replica("m", 1, 1), FailureCode.OVERLOADED);
    assertThat(failureOf(run(2, Duration.ofSeconds(5)))).isEqualTo(FailureCode.OVERLOADED);
    assertThat(asked).hasSize(2);
  }

  @Test
  void withoutAReadyReplicaItIsUnavailable() throws Exception {
    assertThat(failureOf(run(0, Duration.ofSeconds(5)))).isEqualTo(FailureCode.UNAVAILABLE);
  }

  @Test
  void silenceEndsAtTheDeadlineAndTheAttemptIsCancelled() throws Exception {
    answers = false;
    assertThat(failureOf(run(1, Duration.ofMillis(20)))).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(silent).hasSize(1);
    assertThat(cancelled.get()).isEqualTo(1);
    silent
        .get(0)
        .answered(
            new InferenceReply.Completed(
                new InferenceResult(replica("m", 1, 0), List.of(), Timings.NONE)));
  }

  @Test
  void anExpiredRequestReachesNoReplica() throws Exception {
    assertThat(failureOf(run(1, Duration.ZERO))).isEqualTo(FailureCode.DEADLINE_EXCEEDED);
    assertThat(asked).isEmpty();
  }
}
