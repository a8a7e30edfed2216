package io.dunlin.shared.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.FormationProtocol;
import io.dunlin.shared.protocol.ReplicaProtocol;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.io.NotSerializableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireSerializerTest {
  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private WireSerializer serializer =
      new WireSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));

  @BeforeAll
  void start() {
    assertThat(serializer.identifier()).isEqualTo(17_355_001);
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  Stream<Object> messages() {
    ModelSpec spec = ModelSpec.of("m", "models/m");
    ModelSpec full =
        new ModelSpec(
            "m",
            "models/m",
            new ModelSpec.VersionPolicy.Specific(List.of(1L, 3L)),
            new ModelSpec.Replicas(2, 5),
            ModelSpec.DeviceKind.GPU,
            OptionalLong.of(1 << 30),
            new ModelSpec.Batching(true, 32, Duration.ofMillis(2), List.of(8, 32)),
            new ModelSpec.Queue(100, 1 << 20),
            Duration.ofSeconds(3),
            new ModelSpec.Warmup(false, 2),
            new ModelSpec.Placement(List.of("z1"), Map.of("k", "v"), false),
            1,
            new ModelSpec.Threading(2, 4, false),
            new ModelSpec.Failover(false, false));
    ReplicaId replica = new ReplicaId(new ModelVersionId("m", 7), 1);
    var probe = kit.<ControlProtocol.Reply>createTestProbe();
    FormationProtocol.Standing standing =
        new FormationProtocol.Standing(
            "10.0.0.5:17355", -7, "dunlin", 1, "10.0.0.4:17355", List.of("10.0.0.4:17355#3"));
    return Stream.of(
        new CatalogEntry(
            full,
            List.of(1L, 3L),
            Map.of("stable", new Alias(Map.of(1L, 90, 3L, 10), Map.of(1L, 1), Map.of(3L, 1), 7)),
            9,
            "admin",
            false,
            8,
            7),
        new CatalogEntry(spec, List.of(), Map.of(), 1, "repository", true),
        new Assignment("node-a", 4, 5, 6, replica),
        new NodeReport(
            "node-a",
            "pekko://dunlin@127.0.0.1:17355",
            -5,
            "127.0.0.1",
            17356,
            "z1",
            Map.of("k", "v"),
            new NodeReport.Device("gpu:0", "X", 1L << 34),
            1L << 35,
            true,
            Instant.ofEpochMilli(1_700_000_000_000L),
            List.of(
                new ReplicaReport(
                    replica,
                    ReplicaState.FAILED,
                    "why",
                    12,
                    34,
                    56,
                    new ReplicaReport.Work(1, 2, 3, 4, 5, 6, 7, 8),
                    9)),
            new NodeReport.Ledger(8, 9),
            List.of(replica.version()),
            0.5,
            List.of("tensorflow_savedmodel"),
            List.of(new NodeReport.Finding("m", "models/m", "does not exist"))),
        new GatewayReport(
            "gateway-a",
            "pekko://dunlin@127.0.0.1:17356",
            7,
            "127.0.0.1:8501",
            "127.0.0.1:8502",
            Instant.ofEpochMilli(1_700_000_000_000L)),
        new ModelDescription(
            replica.version(),
            "tensorflow_savedmodel",
            List.of(
                new Signature(
                    "serving_default",
                    "tensorflow/serving/predict",
                    List.of(new TensorSpec("x", DataType.STRING, Shape.of(-1, 3), "x:0")),
                    List.of(new TensorSpec("y", DataType.HALF, Shape.unknownRank(), "y:0"))))),
        new ReplicaProtocol.Start(full, 3),
        new ReplicaProtocol.Stop("because"),
        new ReplicaProtocol.Reconfigure(spec, 4),
        new ControlProtocol.Deploy(spec, 3L, probe.ref()),
        new ControlProtocol.Undeploy("m", null, probe.ref()),
        new ControlProtocol.SetAlias("m", "stable", Map.of(2L, 100), 4L, probe.ref()),
        new ControlProtocol.Rollback("m", "stable", null, probe.ref()),
        new ControlProtocol.SetDraining("node-a", true, probe.ref()),
        new ControlProtocol.ExplainPlacement("m", probe.ref()),
        new ControlProtocol.DryRun(spec, List.of("node-b"), probe.ref()),
        new ControlProtocol.Explained(placement(replica)),
        new ControlProtocol.DryRunDone(
            new DryRunReport(
                false,
                List.of(replica),
                List.of(replica),
                List.of(new DryRunReport.Step(replica, "node-a")),
                List.of(),
                List.of(placement(replica)))),
        new NodeOrder(-5, true, Instant.ofEpochMilli(1_700_000_000_000L)),
        new NodeOrder(
            -5,
            true,
            Instant.ofEpochMilli(1_700_000_000_000L),
            Instant.ofEpochMilli(1_700_000_060_000L),
            List.of("m/7/1 fits nowhere else"),
            true),
        new ControlProtocol.RepositorySeen(
            "node-a",
            List.of(new ControlProtocol.RepositoryModel(spec, List.of(1L), Map.of(1L, 4096L), ""))),
        standing,
        new FormationProtocol.Hello(
            standing, kit.<FormationProtocol.Standing>createTestProbe().ref()),
        new ControlProtocol.Accepted("m", 2),
        new ControlProtocol.Rejected(
            new Failure(FailureCode.OVERLOADED, "full", Duration.ofSeconds(2))));
  }

  private static PlacementReport placement(ReplicaId replica) {
    return new PlacementReport(
        "m",
        3,
        2,
        1,
        List.of(
            new PlacementReport.Decision(
                replica,
                PlacementReport.Outcome.NOT_PLACED,
                "",
                "",
                "",
                "",
                null,
                List.of(
                    new PlacementReport.Candidate(
                        "node-a",
                        "cpu",
                        List.of(new PlacementReport.Rejection("device", "device is cpu")),
                        null),
                    new PlacementReport.Candidate(
                        "node-b",
                        "gpu:0",
                        List.of(),
                        new PlacementReport.Score(
                            0.5, List.of(new PlacementReport.Part("spread", 0.5))))),
                1,
                Map.of("device", 1),
                List.of("another gpu node joined"))),
        4);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageReadsBackEqual(Object message) throws Exception {
    byte[] bytes = serializer.toBinary(message);
    assertThat(serializer.fromBinary(bytes, serializer.manifest(message))).isEqualTo(message);
  }

  @Test
  void anAssignmentsBytesStayWhatTheyAre() throws Exception {
    Assignment assignment = Assignment.to("node-a", 4);
    String golden =
        "bf666e6f64654964666e6f64652d61687265766973696f6e046b6465766963654279746573"
            + "0069686f7374427974657300687265706c61636573f6ff";
    assertThat(HexFormat.of().formatHex(serializer.toBinary(assignment))).isEqualTo(golden);
    assertThat(serializer.fromBinary(HexFormat.of().parseHex(golden), "catalog.assignment"))
        .isEqualTo(assignment);
  }

  @Test
  void fieldsAnOlderProcessDoesNotKnowAreZero() throws Exception {
    String older = "bf666e6f64654964666e6f64652d61687265766973696f6e04ff";
    assertThat(serializer.fromBinary(HexFormat.of().parseHex(older), "catalog.assignment"))
        .isEqualTo(Assignment.to("node-a", 4));
  }

  @Test
  void fieldsOfANewerProcessAreIgnored() throws Exception {
    String newer = "bf666e6f64654964666e6f64652d61687265766973696f6e04617805ff";
    assertThat(serializer.fromBinary(HexFormat.of().parseHex(newer), "catalog.assignment"))
        .isEqualTo(Assignment.to("node-a", 4));
  }

  /** Distributed Data sends a table's part, a sixteenth of its keys, as one message. */
  @Test
  void theReportOfANodeWithTwoThousandReplicasFitsAFrame() throws Exception {
    Random random = new Random(7);
    List<ReplicaReport> replicas = new ArrayList<>();
    List<ModelVersionId> artifacts = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ModelVersionId version = new ModelVersionId("team-" + i % 40 + "-model-" + i, 1 + i % 3);
      artifacts.add(version);
      replicas.add(
          new ReplicaReport(
              new ReplicaId(version, i % 4),
              ReplicaState.READY,
              "",
              random.nextInt(5_000),
              random.nextLong(1L << 31),
              random.nextLong(1L << 31),
              new ReplicaReport.Work(
                  random.nextInt(1 << 24),
                  random.nextInt(1 << 26),
                  random.nextInt(1 << 24),
                  random.nextInt(100),
                  random.nextInt(100),
                  random.nextInt(4096),
                  random.nextLong(1L << 50),
                  0),
              i % 7));
    }
    NodeReport report =
        new NodeReport(
            "node-a",
            "pekko://dunlin@127.0.0.1:17355",
            -5,
            "127.0.0.1",
            17356,
            "z1",
            Map.of(),
            new NodeReport.Device("cpu", "cpu", 1L << 38),
            1L << 38,
            false,
            Instant.ofEpochMilli(1_700_000_000_000L),
            replicas,
            new NodeReport.Ledger(8, 9),
            artifacts,
            0.5,
            List.of("tensorflow_savedmodel"));
    byte[] bytes = serializer.toBinary(report);
    assertThat(bytes).hasSizeLessThan(160 << 10);
    assertThat(serializer.fromBinary(bytes, "directory.node")).isEqualTo(report);
  }

  @Test
  void whatIsCompressedIsNotExpandedBeyondItsBound() throws Exception {
    byte[] bytes = Compression.compress(new byte[1_000]);
    assertThat(Compression.expand(bytes, 1_000)).isEqualTo(new byte[1_000]);
    assertThatThrownBy(() -> Compression.expand(bytes, 999))
        .hasMessage("expanded bytes: more than 999 (expected: <= that)");
  }

  @Test
  void anUnknownManifestIsRefusedByName() {
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "no.such"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("no.such");
  }
}
