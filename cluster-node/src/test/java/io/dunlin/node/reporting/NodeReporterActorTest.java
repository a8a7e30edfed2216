package io.dunlin.node.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.node.capacity.Lease;
import io.dunlin.node.capacity.LedgerSnapshot;
import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.capacity.MemoryLedger;
import io.dunlin.node.capacity.Reservation;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reporter writes the last state, whatever else is written beside it. */
class NodeReporterActorTest {

  private static final ModelVersionId VERSION = new ModelVersionId("fraud", 1);
  private static final ReplicaId REPLICA = new ReplicaId(VERSION, 0);

  private final Gauges gauges = new Gauges();
  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private final TestProbe<ReplicatedTable.Message<NodeReport>> nodes = kit.createTestProbe();
  private final TestProbe<ReplicatedTable.Message<ModelDescription>> descriptions =
      kit.createTestProbe();
  private final ActorRef<NodeReporter.Message> reporter =
      kit.spawn(
          NodeReporter.create(
              identity(), gauges, Duration.ofMillis(10), nodes.ref(), descriptions.ref()));

  @AfterEach
  void shutDown() {
    kit.shutdownTestKit();
  }

  @Test
  void aDescriptionWrittenWhileAReportIsUnderWayDoesNotHoldUpTheNextReport() {
    ReplicatedTable.Put<NodeReport> first = written();
    reporter.tell(new NodeReporter.Described(new ModelDescription(VERSION, "test", List.of())));
    descriptions.receiveMessage();
    reporter.tell(change(ReplicaState.LOADING));
    reporter.tell(change(ReplicaState.READY));
    first.replyTo().tell(new ReplicatedTable.Written(first.key(), true));

    assertThat(written().value().replicas())
        .extracting(ReplicaReport::state)
        .containsExactly(ReplicaState.READY);
  }

  @Test
  void whoWaitsForAChangeIsToldWhenTheWriteThatContainsItHasEnded() {
    TestProbe<NodeReporter.Written> waiter = kit.createTestProbe();
    ReplicatedTable.Put<NodeReport> first = written();
    reporter.tell(
        new NodeReporter.ReplicaChanged(
            ReplicaReport.of(REPLICA, ReplicaState.DRAINING, ""), waiter.ref()));
    confirm(first, true);

    ReplicatedTable.Put<NodeReport> second = written();
    assertThat(second.value().replicas())
        .extracting(ReplicaReport::state)
        .containsExactly(ReplicaState.DRAINING);
    waiter.expectNoMessage(Duration.ofMillis(50));
    confirm(second, false);
    assertThat(waiter.receiveMessage()).isEqualTo(new NodeReporter.Written(false));
  }

  @Test
  void memoryIsWhatTheLedgerHoldsFromTheReservationOn() {
    confirm(written(), true);
    Lease lease =
        ((Reservation.Granted)
                gauges.memory.reserve(REPLICA, new MemoryDemand(500, 0, MemoryBasis.ESTIMATED)))
            .lease();
    reporter.tell(change(ReplicaState.LOADING));

    ReplicatedTable.Put<NodeReport> loading = nextWith(report -> memoryOf(report) == 500);
    assertThat(loading.value().ledger()).isEqualTo(new NodeReport.Ledger(500, 0));
    confirm(loading, true);
    assertThat(gauges.memory.measured(lease, 300, 0)).isZero();
    confirm(nextWith(report -> memoryOf(report) == 300), true);
  }

  @Test
  void workAndLoadAreReportedWhileTheyChangeAndANodeAtRestWritesNothing() {
    confirm(written(), true);
    nodes.expectNoMessage(Duration.ofMillis(100));
    AtomicReference<ReplicaReport.Work> work = new AtomicReference<>(ReplicaReport.Work.NONE);
    reporter.tell(new NodeReporter.Serving(REPLICA, work::get));
    reporter.tell(change(ReplicaState.READY));
    confirm(written(), true);

    work.set(new ReplicaReport.Work(7, 70, 3, 0, 0, 0, 1_000_000_000, 0));
    gauges.nanos.addAndGet(1_000_000_000);
    ReplicatedTable.Put<NodeReport> busy =
        nextWith(report -> report.replicas().getFirst().work().rows() == 70);
    assertThat(busy.value().load()).isPositive();
    gauges.nanos.addAndGet(3_600_000_000_000L);
    confirm(busy, true);
    confirm(nextWith(report -> report.load() == 0), true);
    nodes.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void artifactsAreReported() {
    confirm(written(), true);
    reporter.tell(new NodeReporter.Artifacts(List.of(VERSION), List.of()));

    confirm(nextWith(report -> report.artifacts().equals(List.of(VERSION))), true);
  }

  private static long memoryOf(NodeReport report) {
    return report.replicas().isEmpty() ? 0 : report.replicas().getFirst().memoryBytes();
  }

  private static void confirm(ReplicatedTable.Put<NodeReport> put, boolean everywhere) {
    put.replyTo().tell(new ReplicatedTable.Written(put.key(), everywhere));
  }

  /** Confirms what comes before it. */
  private ReplicatedTable.Put<NodeReport> nextWith(Predicate<NodeReport> wanted) {
    ReplicatedTable.Put<NodeReport> put = written();
    while (!wanted.test(put.value())) {
      confirm(put, true);
      put = written();
    }
    return put;
  }

  /** A ledger of its own, and a clock that stands still unless it is moved. */
  private static final class Gauges implements NodeGauges {
    private final MemoryLedger memory = MemoryLedger.ofCpu(1000, 8);
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public LedgerSnapshot ledger() {
      return memory.snapshot();
    }

    @Override
    public double deviceBusy() {
      return 0;
    }

    @Override
    public int processors() {
      return 2;
    }

    @Override
    public long nanoTime() {
      return nanos.get();
    }
  }

  private ReplicatedTable.Put<NodeReport> written() {
    return (ReplicatedTable.Put<NodeReport>) nodes.receiveMessage();
  }

  private static NodeReporter.ReplicaChanged change(ReplicaState state) {
    return new NodeReporter.ReplicaChanged(ReplicaReport.of(REPLICA, state, ""));
  }

  private static NodeReport identity() {
    return new NodeReport(
        "node-a",
        "pekko://dunlin@127.0.0.1:1",
        1,
        "127.0.0.1",
        0,
        "",
        Map.of(),
        new NodeReport.Device("cpu", "cpu", 1),
        1,
        false,
        Instant.EPOCH,
        List.of(),
        NodeReport.Ledger.EMPTY,
        List.of(),
        0,
        List.of("tensorflow_savedmodel"));
  }
}
