package io.dunlin.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.node.capacity.Lease;
import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.capacity.MemoryEstimate;
import io.dunlin.node.capacity.MemoryLedger;
import io.dunlin.node.capacity.Reservation;
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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One test per edge of the transition table in {@link ModelReplica}. */
class ModelReplicaActorTest {
  private static final ReplicaId REPLICA = new ReplicaId(new ModelVersionId("m", 1), 0);
  private static final ModelSpec SPEC = ModelSpec.of("m", "nowhere");

  /** So long that no test reaches it: whoever leaves earlier was told to. */
  private static final Duration NOTICE = Duration.ofMinutes(5);

  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private final TestProbe<NodeReporter.Message> reporter = kit.createTestProbe();
  private final FakeRuntime runtime = new FakeRuntime();
  private final LocalReplicas replicas = new LocalReplicas();
  private final NodeEndpoint endpoint = new NodeEndpoint(replicas);
  private final MemoryLedger ledger = MemoryLedger.ofCpu(1L << 30, 8);
  private final FakeRuntime.Gauge gauge = runtime.new Gauge();
  private final ReplicaMemory memory = new ReplicaMemory(ledger, gauge);
  private final Deque<Runnable> loadTasks = new ArrayDeque<>();
  private final ActorRef<ReplicaProtocol.Command> replica =
      kit.spawn(ModelReplica.create(REPLICA, context(NOTICE)));

  private ReplicaContext context(Duration notice) {
    return new ReplicaContext(
        runtime,
        memory,
        this::enqueue,
        reporter.ref(),
        replicas,
        ExecutionObserver.NONE,
        System::nanoTime,
        Duration.ofSeconds(5),
        notice);
  }

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
    assertThat(ledger.snapshot().device().reservedBytes()).as("memory left reserved").isZero();
    assertThat(ledger.snapshot().held()).isEmpty();
  }

  private NodeReporter.ReplicaChanged expectState(ReplicaState state) {
    NodeReporter.Message message = reporter.receiveMessage();
    while (message instanceof NodeReporter.Described || message instanceof NodeReporter.Serving) {
      message = reporter.receiveMessage();
    }
    assertThat(message).isInstanceOf(NodeReporter.ReplicaChanged.class);
    NodeReporter.ReplicaChanged change = (NodeReporter.ReplicaChanged) message;
    assertThat(change.report().state()).as(change.report().reason()).isEqualTo(state);
    return change;
  }

  private void stopAndBeDrained() {
    replica.tell(new ReplicaProtocol.Stop("test"));
    tellWritten(expectState(ReplicaState.DRAINING), true);
    expectState(ReplicaState.UNLOADING);
  }

  private static void tellWritten(NodeReporter.ReplicaChanged change, boolean everywhere) {
    Objects.requireNonNull(change.replyTo()).tell(new NodeReporter.Written(everywhere));
  }

  private long reservedBytes() {
    return ledger.snapshot().device().reservedBytes();
  }

  private void start() throws InterruptedException {
    replica.tell(new ReplicaProtocol.Start(SPEC, 1));
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
  void itSaysWhoseSpecItFollows() throws Exception {
    startUntilReady();
    replica.tell(new ReplicaProtocol.Reconfigure(SPEC, 5));
    assertThat(expectState(ReplicaState.READY).report().revision()).isEqualTo(5);
    assertThat(runtime.loads.get()).isEqualTo(1);
  }

  @Test
  void aChangeWhileItLoadsTakesEffectWhenItIsReady() throws Exception {
    replica.tell(new ReplicaProtocol.Start(SPEC, 1));
    assertThat(expectState(ReplicaState.PENDING).report().revision()).isEqualTo(1);
    replica.tell(new ReplicaProtocol.Reconfigure(SPEC, 2));
    runLoadTask();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.WARMING);
    assertThat(expectState(ReplicaState.READY).report().revision()).isEqualTo(2);
  }

  @Test
  void aSecondStartChangesNothing() throws Exception {
    startUntilReady();
    replica.tell(new ReplicaProtocol.Start(SPEC, 1));
    assertThat(infer()).isInstanceOf(InferenceReply.Completed.class);
    assertThat(runtime.loads.get()).isEqualTo(1);
  }

  @Test
  void requestsBeforeReadyAreRefusedSoThatAnotherReplicaIsAsked() throws Exception {
    expectRefusal(FailureCode.REPLICA_GONE);
    replica.tell(new ReplicaProtocol.Start(SPEC, 1));
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
    assertThat(runtime.open.get()).isZero();
    assertThat(reservedBytes()).isZero();
  }

  @Test
  void aWarmupWhoseZerosAreInvalidInputIsNoFailure() throws Exception {
    runtime.runFailure = FailureCode.INVALID_ARGUMENT;
    startUntilReady();
  }

  @Test
  void stopWhileReadyDrainsUnloadsAndEnds() throws Exception {
    startUntilReady();
    stopAndBeDrained();
    runLoadTask();
    expectEnd();
    assertThat(runtime.open.get()).isZero();
    expectRefusal(FailureCode.REPLICA_GONE);
  }

  @Test
  void stopWhilePendingAbandonsTheLoad() throws Exception {
    replica.tell(new ReplicaProtocol.Start(SPEC, 1));
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

  @Test
  void aStoppedReplicaServesUntilEveryMemberKnowsAndRefusesThen() throws Exception {
    startUntilReady();
    replica.tell(new ReplicaProtocol.Stop("test"));
    NodeReporter.ReplicaChanged leaving = expectState(ReplicaState.DRAINING);
    assertThat(infer()).isInstanceOf(InferenceReply.Completed.class);
    tellWritten(leaving, false);
    assertThat(infer()).isInstanceOf(InferenceReply.Completed.class);

    tellWritten(leaving, true);
    expectState(ReplicaState.UNLOADING);
    expectRefusal(FailureCode.DRAINING);
    runLoadTask();
    expectEnd();
  }

  @Test
  void whereNobodyConfirmsTheNoticeEndsByItself() throws Exception {
    ReplicaId other = new ReplicaId(REPLICA.version(), 1);
    ActorRef<ReplicaProtocol.Command> hasty =
        kit.spawn(ModelReplica.create(other, context(Duration.ofMillis(1))));
    hasty.tell(new ReplicaProtocol.Start(SPEC, 1));
    expectState(ReplicaState.PENDING);
    runLoadTask();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.WARMING);
    expectState(ReplicaState.READY);
    hasty.tell(new ReplicaProtocol.Stop("test"));
    expectState(ReplicaState.DRAINING);
    expectState(ReplicaState.UNLOADING);
    runLoadTask();
    assertThat(reporter.receiveMessage()).isEqualTo(new NodeReporter.ReplicaEnded(other));
  }

  @Test
  void whatALoadTakesIsReservedBeforeItAndMeasuredAfterIt() throws Exception {
    runtime.modelBytes = 5 << 20;
    List<Long> whileLoading = new ArrayList<>();
    runtime.whileLoading = () -> whileLoading.add(reservedBytes());
    startUntilReady();

    assertThat(whileLoading).containsExactly(MemoryEstimate.BASE_BYTES);
    assertThat(reservedBytes()).isEqualTo(5 << 20);
    assertThat(ledger.remembered(REPLICA.version()))
        .contains(new MemoryDemand(5 << 20, 0, MemoryBasis.MEASURED));

    stopAndBeDrained();
    assertThat(reservedBytes()).as("until it is really free").isEqualTo(5 << 20);
    runLoadTask();
    expectEnd();
    assertThat(reservedBytes()).isZero();
  }

  @Test
  void aReplicaThatDoesNotFitFailsWithTheLedgersNumbersAndFitsLater() throws Exception {
    ReplicaId neighbour = ReplicaId.ofEntityId("neighbour/1/0");
    MemoryDemand most = new MemoryDemand(1020L << 20, 0, MemoryBasis.DECLARED);
    Lease lease = ((Reservation.Granted) ledger.reserve(neighbour, most)).lease();
    start();
    expectState(ReplicaState.LOADING);
    assertThat(expectState(ReplicaState.FAILED).report().reason())
        .isEqualTo("needs 16 MiB of cpu, 4 MiB of 1 GiB free");
    assertThat(runtime.loads.get()).isZero();

    ledger.release(lease);
    startUntilReady();
  }

  @Test
  void aFailedLoadGivesItsMemoryBackBeforeItIsReported() throws Exception {
    runtime.loadFailure = "saved_model.pb: truncated";
    start();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.FAILED);
    assertThat(reservedBytes()).isZero();
  }

  @Test
  void aLoadAbandonedHalfWayGivesItsMemoryBackOnce() throws Exception {
    runtime.whileLoading =
        () -> {
          replica.tell(new ReplicaProtocol.Stop("test"));
          expectState(ReplicaState.LOADING);
          expectEnd();
        };
    start();

    assertThat(runtime.open.get()).isZero();
    assertThat(reservedBytes()).isZero();
  }

  @Test
  void anActorThatIsStoppedWhileItServesGivesEverythingBack() throws Exception {
    startUntilReady();
    kit.stop(replica);
    runLoadTask();

    expectEnd();
    assertThat(runtime.open.get()).isZero();
    assertThat(reservedBytes()).isZero();
  }

  @Test
  void anUnloadMeanwhileMakesTheMeasurementVoid() throws Exception {
    MemoryDemand some = new MemoryDemand(1 << 20, 0, MemoryBasis.DECLARED);
    ReplicaId neighbour = ReplicaId.ofEntityId("neighbour/1/0");
    Lease old = ((Reservation.Granted) ledger.reserve(neighbour, some)).lease();
    runtime.whileLoading = () -> memory.free(old, () -> {});
    startUntilReady();

    assertThat(reservedBytes()).isEqualTo(4096);
    assertThat(ledger.remembered(REPLICA.version())).isEmpty();
  }

  @Test
  void workIsCountedFromTheReplicasOwnExecutor() throws Exception {
    start();
    expectState(ReplicaState.LOADING);
    expectState(ReplicaState.WARMING);
    NodeReporter.Serving serving =
        reporter
            .fishForMessage(
                Duration.ofSeconds(3),
                message ->
                    message instanceof NodeReporter.Serving
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore())
            .stream()
            .map(NodeReporter.Serving.class::cast)
            .findFirst()
            .orElseThrow();
    infer();
    infer();

    // a lane counts a batch when all of it is answered
    reporter.awaitAssert(
        () -> {
          assertThat(serving.work().get().requests()).isEqualTo(2);
          assertThat(serving.work().get().rows()).isEqualTo(2);
          return true;
        });
  }
}
