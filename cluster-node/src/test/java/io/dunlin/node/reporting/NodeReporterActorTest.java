package io.dunlin.node.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reporter writes the last state, whatever else is written beside it. */
class NodeReporterActorTest {

  private static final ModelVersionId VERSION = new ModelVersionId("fraud", 1);
  private static final ReplicaId REPLICA = new ReplicaId(VERSION, 0);

  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private final TestProbe<ReplicatedTable.Message<NodeReport>> nodes = kit.createTestProbe();
  private final TestProbe<ReplicatedTable.Message<ModelDescription>> descriptions =
      kit.createTestProbe();
  private final ActorRef<NodeReporter.Message> reporter =
      kit.spawn(NodeReporter.create(identity(), nodes.ref(), descriptions.ref()));

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
