package io.dunlin.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.node.execution.ExecutionObserver;
import io.dunlin.node.reporting.NodeReporter;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One test per edge of the transition table in {@link ModelReplica}. */
class ModelReplicaActorTest {
  private static final ReplicaId REPLICA = new ReplicaId(new ModelVersionId("m", 1), 0);
  private static final ModelSpec SPEC = ModelSpec.of("m", "nowhere");

  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private final TestProbe<NodeReporter.Message> reporter = kit.createTestProbe();
  private final FakeRuntime runtime = new FakeRuntime();
  private final LocalReplicas replicas = new LocalReplicas();
  private final NodeEndpoint endpoint = new NodeEndpoint(replicas);
  private final Deque<Runnable> loadTasks = new ArrayDeque<>();
  private final ActorRef<ReplicaProtocol.Command> replica =
      kit.spawn(
          ModelReplica.create(
              REPLICA,
              new ReplicaContext(
                  runtime,
                  this::enqueue,
                  reporter.ref(),
                  replicas,
                  ExecutionObserver.NONE,
                  System::nanoTime,
                  Duration.ofSeconds(5))));

  private synchronized void enqueue(Runnable task) {
    loadTasks.add(task);
    notifyAll();
  }

  /** Runs the next task of the load executor, waiting until there is one. */
  private synchronized void runLoadTask() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (loadTasks.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(left).as("a task for the load executor within 10 s").isPositive();
      wait(left);
    }
    loadTasks.remove().run();
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
    loadTasks.forEach(Runnable::run);
    assertThat(runtime.open.get()).as("loaded models left open").isZero();
  }

  private void expectState(ReplicaState state) {
    NodeReporter.Message message = reporter.receiveMessage();
    while (message instanceof NodeReporter.Described) {
      message = reporter.receiveMessage();
    }
    assertThat(message)
        .isInstanceOfSatisfying(
            NodeReporter.ReplicaChanged.class,
            changed -> assertThat(changed.report().state()).isEqualTo(state));
  }

  private void start() throws InterruptedException {
    replica.tell(new ReplicaProtocol.Start(SPEC));
    expectState(ReplicaState.PENDING);
    runLoadTask();
  }

  private void startUntilReady() throws InterruptedException {
    start();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.WARMING);
    expectState(ReplicaState.READY);
  }

  private InferenceReply infer() throws Exception {
    CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
    Tensor x = Tensor.of(DataType.FLOAT, new long[] {1}, new byte[4]);
    endpoint.infer(
        REPLICA,
        new InferenceRequest(
            "id",
            REPLICA.version(),
            Signature.DEFAULT_NAME,
            List.of(x),
            List.of(),
            Deadline.after(System.nanoTime(), Duration.ofSeconds(10)),
            Priority.DEFAULT),
        reply::complete);
    return reply.get(10, TimeUnit.SECONDS);
  }

  private void expectRefusal(FailureCode code) throws Exception {
    assertThat(infer())
        .isInstanceOfSatisfying(
            InferenceReply.Failed.class,
            failed -> assertThat(failed.failure().code()).isEqualTo(code));
  }

  private void expectEnd() {
    assertThat(reporter.receiveMessage()).isEqualTo(new NodeReporter.ReplicaEnded(REPLICA));
  }

  @Test
  void startLoadsWarmsAndServes() throws Exception {
    startUntilReady();
    assertThat(infer()).isInstanceOf(InferenceReply.Completed.class);
  }

  @Test
  void aSecondStartChangesNothing() throws Exception {
    startUntilReady();
    replica.tell(new ReplicaProtocol.Start(SPEC));
    assertThat(infer()).isInstanceOf(InferenceReply.Completed.class);
    assertThat(runtime.loads.get()).isEqualTo(1);
  }

  @Test
  void requestsBeforeReadyAreRefusedSoThatAnotherReplicaIsAsked() throws Exception {
    expectRefusal(FailureCode.REPLICA_GONE);
    replica.tell(new ReplicaProtocol.Start(SPEC));
    expectState(ReplicaState.PENDING);
    expectRefusal(FailureCode.UNAVAILABLE);
  }

  @Test
  void aLoadThatFailsIsReportedWithItsReasonAndStartTriesAgain() throws Exception {
    runtime.loadFailure = "saved_model.pb: truncated";
    start();
    expectState(ReplicaState.LOADING);
    assertThat(reporter.receiveMessage())
        .isInstanceOfSatisfying(
            NodeReporter.ReplicaChanged.class,
            changed -> {
              assertThat(changed.report().state()).isEqualTo(ReplicaState.FAILED);
              assertThat(changed.report().reason()).isEqualTo("saved_model.pb: truncated");
            });
    expectRefusal(FailureCode.UNAVAILABLE);
    runtime.loadFailure = "";
    startUntilReady();
  }

  @Test
  void aWarmupThatFailsForTheModelsOwnFaultFailsTheReplica() throws Exception {
    runtime.runFailure = FailureCode.INTERNAL;
    start();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.WARMING);
    expectState(ReplicaState.FAILED);
    runLoadTask();
    assertThat(runtime.open.get()).isZero();
  }

  @Test
  void aWarmupWhoseZerosAreInvalidInputIsNoFailure() throws Exception {
    runtime.runFailure = FailureCode.INVALID_ARGUMENT;
    startUntilReady();
  }

  @Test
  void stopWhileReadyDrainsUnloadsAndEnds() throws Exception {
    startUntilReady();
    replica.tell(new ReplicaProtocol.Stop("test"));
    expectState(ReplicaState.DRAINING);
    expectState(ReplicaState.UNLOADING);
    runLoadTask();
    expectEnd();
    assertThat(runtime.open.get()).isZero();
    expectRefusal(FailureCode.REPLICA_GONE);
  }

  @Test
  void stopWhilePendingAbandonsTheLoad() throws Exception {
    replica.tell(new ReplicaProtocol.Start(SPEC));
    expectState(ReplicaState.PENDING);
    replica.tell(new ReplicaProtocol.Stop("test"));
    expectEnd();
    runLoadTask();
    assertThat(runtime.loads.get()).isZero();
  }

  @Test
  void stopBeforeStartAndAfterFailureEnds() throws Exception {
    runtime.loadFailure = "broken";
    start();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.FAILED);
    replica.tell(new ReplicaProtocol.Stop("test"));
    expectEnd();
  }
}
