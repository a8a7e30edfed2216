package io.dunlin.node.placement;

import static io.dunlin.node.placement.Clusters.assignment;
import static io.dunlin.node.placement.Clusters.desired;
import static io.dunlin.node.placement.Clusters.nodes;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.Clusters.snapshot;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.placement.DecisionRecord.Outcome;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementExplanationTest {
  private static final long MIB = 1L << 20;

  private final PlacementPlanner planner = new PlacementPlanner(PlacementSettings.DEFAULT);

  @Test
  void theExampleOfTheContract() {
    List<DecisionRecord> records =
        explain(
            snapshot(
                nodes(
                    cpu("node-a", 9000 * MIB),
                    gpu("node-b", 9000 * MIB).reserved(6246 * MIB),
                    gpu("node-c", 8000 * MIB).reserved(5645 * MIB)),
                desired(model("chest-xray").on(DeviceKind.GPU).bytes(6246 * MIB).replicas(2)),
                ready("chest-xray/1/0", "node-b", 6246 * MIB)),
            "chest-xray");

    assertThat(records).hasSize(2);
    DecisionRecord kept = records.getFirst();
    assertThat(kept.outcome()).isEqualTo(new Outcome.Kept("node-b", ReplicaState.READY));
    assertThat(kept.winner().flatMap(CandidateVerdict::score).map(Score::toString).orElse(""))
        .isEqualTo("0.76 = spread 0.40 + fit 0.03 + balance 0.20 + load 0.10 + device 0.03");
    DecisionRecord unplaced = records.getLast();
    assertThat(unplaced.outcome()).isEqualTo(new Outcome.NotPlaced(Optional.empty()));
    assertThat(reasons(unplaced))
        .containsExactlyInAnyOrder(
            "node-a: device is cpu, model asks for gpu",
            "node-b: holds replica 0; needs 6.1 GiB, 2.7 GiB free",
            "node-c: needs 6.1 GiB, 2.3 GiB free");
    assertThat(texts(unplaced))
        .containsExactly(
            "3.8 GiB were freed on node-c",
            "device was any (node-a has room)",
            "another gpu node with 6.1 GiB free joined");
    assertThat(unplaced.rejections())
        .isEqualTo(Map.of("device-kind", 1, "device-memory", 2, "one-per-node", 1));
  }

  @Test
  void eachThingThatKeepsAReplicaOutHasItsRelief() {
    assertThat(reliefs(model("m").bytes(5), gpu("a", 9).draining())).contains("a was resumed");
    assertThat(reliefs(model("m").bytes(5), gpu("a", 9).unreachable()))
        .contains("a was reachable again");
    assertThat(reliefs(model("m").zones("x"), gpu("a", 9).zone("y")))
        .contains("placement.zones had 'y' (a has room)");
    assertThat(reliefs(model("m").label("k", "v"), gpu("a", 9)))
        .contains("a had the labels {k=v}, or the model did not ask for them");
    assertThat(reliefs(model("m").bytes(3).hostBytes(7), gpu("a", 9).reserved(8).host(9, 3)))
        .contains("2 B and 1 B of host memory were freed on a");
    assertThat(reliefs(model("m").replicas(2), gpu("a", 9)))
        .contains("placement.spread was false (then a takes a second replica)");
  }

  @Test
  void aDeviceThatIsTooSmallIsNotWorthFreeing() {
    assertThat(reliefs(model("m").bytes(10).zones("x").label("k", "v"), gpu("a", 9)))
        .containsExactly("another node with 10 B free in zone x and the labels {k=v} joined");
  }

  @Test
  void memoryThatIsAboutToBeFreedIsNamedAsSuch() {
    List<DecisionRecord> records =
        explain(
            snapshot(
                nodes(cpu("a", 10).reserved(8)),
                desired(model("m").bytes(5)),
                assignment("old/1/0", "a", ReplicaState.UNLOADING, 8)),
            "m");

    assertThat(texts(records.getFirst())).startsWith("the replicas leaving a had freed 3 B");
  }

  @Test
  void theWinnerOfANewReplicaIsTheFirstCandidate() {
    ClusterSnapshot snapshot =
        snapshot(
            nodes(cpu("a", 10).load(0.9), cpu("b", 10), cpu("c", 10).load(0.5)),
            desired(model("m").replicas(2)));
    List<DecisionRecord> records = explain(snapshot, "m");

    assertThat(records.getFirst().candidates())
        .extracting(CandidateVerdict::node)
        .containsExactly("b", "c", "a");
    assertThat(records.getFirst().outcome()).isEqualTo(new Outcome.Placed("b", Optional.empty()));
    assertThat(records.getLast().outcome()).isEqualTo(new Outcome.Placed("c", Optional.empty()));
  }

  @Test
  void zonesThatAreHonouredAreNamed() {
    ClusterSnapshot snapshot =
        snapshot(
            nodes(cpu("a", 10).zone("x"), cpu("b", 10).zone("x"), cpu("c", 10).zone("y").load(1)),
            desired(model("m").replicas(2)));

    assertThat(reasons(explain(snapshot, "m").getLast()))
        .contains("b: zone x holds 1 replica, a zone with 0 has room");
  }

  @Test
  void movesAndDeparturesHaveTheirReasons() {
    List<DecisionRecord> records =
        explain(
            snapshot(
                nodes(cpu("a", 10).zone("x"), cpu("b", 10).zone("x"), cpu("c", 10).zone("y")),
                desired(model("m").replicas(2)),
                ready("m/1/0", "a", 0),
                ready("m/1/1", "b", 0),
                ready("m/2/0", "b", 0)),
            "m");
    String reason = "zone x has more replicas than others with room";

    assertThat(records)
        .extracting(DecisionRecord::outcome)
        .containsExactly(
            new Outcome.Leaving("a", reason),
            new Outcome.Kept("b", ReplicaState.READY),
            new Outcome.Moved("c", ReplicaId.ofEntityId("m/1/0"), reason),
            new Outcome.Leaving("b", "version not wanted any more"));
  }

  @Test
  void aModelNobodyKnowsHasNoRecords() {
    assertThat(explain(snapshot(nodes(cpu("a", 1)), desired(model("m"))), "other")).isEmpty();
  }

  @Test
  void longListsAreCutAndCounted() {
    PlacementPlanner brief = new PlacementPlanner(new PlacementSettings(4, 0.8, 2, 1));
    ClusterSnapshot snapshot =
        snapshot(nodes(cpu("a", 10), cpu("b", 10), cpu("c", 10)), desired(model("m").replicas(9)));
    List<DecisionRecord> records = brief.explain(brief.plan(snapshot), "m");

    assertThat(records).hasSize(4);
    assertThat(records.getFirst().candidates()).hasSize(1);
    assertThat(records.getFirst().candidatesLeftOut()).isEqualTo(2);
    assertThat(records.getLast().rejections()).isEqualTo(Map.of("one-per-node", 3));
  }

  @Test
  void aDryRunSaysWhatALostNodeWouldCost() {
    ClusterSnapshot snapshot =
        snapshot(
            nodes(cpu("a", 10).reserved(6), cpu("b", 10).reserved(6)),
            desired(model("k").bytes(6), model("m").bytes(6)),
            ready("k/1/0", "a", 6),
            ready("m/1/0", "b", 6));
    DryRun dryRun = planner.dryRun(snapshot, new WhatIf(List.of(), Set.of("a")));

    assertThat(dryRun.today().steps()).isEmpty();
    assertThat(dryRun.displaced()).hasToString("[k/1/0]");
    assertThat(dryRun.newlyUnplaced()).hasToString("[k/1/0]");
    assertThatThrownBy(() -> planner.dryRun(snapshot, new WhatIf(List.of(), Set.of("z"))))
        .hasMessage("node: z (expected: a node of the cluster)");
  }

  @Test
  void aDryRunSaysWhereANewSpecWouldGo() {
    ClusterSnapshot snapshot =
        snapshot(
            nodes(cpu("a", 10), cpu("b", 10)),
            desired(model("k"), model("m")),
            ready("k/1/0", "a", 0),
            ready("m/1/0", "b", 0));
    DryRun dryRun =
        planner.dryRun(snapshot, new WhatIf(desired(model("m").version(2).replicas(2)), Set.of()));

    assertThat(PlacementPlannerTest.steps(dryRun.changed()))
        .containsExactly("start m/2/0@b", "start m/2/1@a", "stop m/1/0@b when [] is READY");
    assertThat(dryRun.displaced()).isEmpty();
    assertThat(dryRun.newlyUnplaced()).isEmpty();
  }

  private List<DecisionRecord> explain(ClusterSnapshot snapshot, String model) {
    return planner.explain(planner.plan(snapshot), model);
  }

  /** Reliefs of the last replica of a model on a cluster of one node. */
  private List<String> reliefs(DesiredBuilder desired, NodeBuilder node) {
    return texts(explain(snapshot(nodes(node), desired(desired)), "m").getLast());
  }

  private static List<String> texts(DecisionRecord record) {
    return record.wouldFitIf().stream().map(Relief::text).toList();
  }

  private static List<String> reasons(DecisionRecord record) {
    return record.candidates().stream()
        .map(
            verdict ->
                verdict.node()
                    + ": "
                    + String.join(
                        "; ",
                        verdict.rejections().stream()
                            .map(CandidateVerdict.Rejection::reason)
                            .toList()))
        .toList();
  }
}
