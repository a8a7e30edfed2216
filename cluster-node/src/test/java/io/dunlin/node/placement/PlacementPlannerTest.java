package io.dunlin.node.placement;

import static io.dunlin.node.placement.Clusters.assignment;
import static io.dunlin.node.placement.Clusters.desired;
import static io.dunlin.node.placement.Clusters.nodes;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.Clusters.snapshot;
import static io.dunlin.node.placement.Clusters.successor;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.placement.score.ScoreWeights;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementPlannerTest {
  private final PlacementPlanner planner = new PlacementPlanner(PlacementSettings.DEFAULT);

  @Test
  void withoutNodesNothingIsPlacedAndNothingFails() {
    PlacementPlan plan = planner.plan(snapshot(List.of(), desired(model("m").replicas(2))));

    assertThat(plan.steps()).isEmpty();
    assertThat(unplaced(plan)).containsExactly("m/1/0", "m/1/1");
  }

  @Test
  void smallModelsGoToDifferentNodes() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 1000), cpu("b", 1000), cpu("c", 1000)),
                desired(model("k").bytes(1), model("l").bytes(1), model("m").bytes(1))));

    assertThat(placed(plan)).containsExactly("k/1/0@a", "l/1/0@b", "m/1/0@c");
    assertThat(plan.weights()).isEqualTo(ScoreWeights.BALANCED);
  }

  @Test
  void replicasOfAVersionGoToDifferentNodesAndZones() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(
                    cpu("a", 1000).zone("x"),
                    cpu("b", 1000).zone("x"),
                    cpu("c", 1000).zone("y").load(1)),
                desired(model("m").replicas(2))));

    assertThat(placed(plan)).containsExactly("m/1/0@a", "m/1/1@c");
  }

  @Test
  void aReplicaBeyondTheNodesStaysUnplaced() {
    PlacementPlan plan =
        planner.plan(snapshot(nodes(cpu("a", 10), cpu("b", 10)), desired(model("m").replicas(3))));

    assertThat(placed(plan)).containsExactly("m/1/0@a", "m/1/1@b");
    assertThat(unplaced(plan)).containsExactly("m/1/2");
  }

  @Test
  void aModelThatSharesNodesDoublesUpOnlyWhenNoOtherNodeFits() {
    PlacementPlan plan =
        planner.plan(
            snapshot(nodes(cpu("a", 10), cpu("b", 10)), desired(model("m").replicas(3).sharing())));

    assertThat(placed(plan)).containsExactly("m/1/0@a", "m/1/1@b", "m/1/2@a");
  }

  @Test
  void aModelThatAsksForAGpuNeverGoesToACpu() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 1000), gpu("b", 10)),
                desired(model("m").on(DeviceKind.GPU).bytes(20))));

    assertThat(unplaced(plan)).containsExactly("m/1/0");
  }

  @Test
  void anyDeviceMeansAGpuWhileMostOfItStaysFree() {
    List<NodeSnapshot> nodes = nodes(cpu("a", 100), gpu("b", 100));

    assertThat(placed(planner.plan(snapshot(nodes, desired(model("m").bytes(5))))))
        .containsExactly("m/1/0@b");
    assertThat(placed(planner.plan(snapshot(nodes, desired(model("m").bytes(101)))))).isEmpty();
  }

  @Test
  void theNodeWithTheFilesWinsAmongEquals() {
    PlacementPlan plan =
        planner.plan(snapshot(nodes(cpu("a", 10), cpu("b", 10).has("m", 1)), desired(model("m"))));

    assertThat(placed(plan)).containsExactly("m/1/0@b");
  }

  @Test
  void whenBalanceLeavesSomethingOutHolesAreFilled() {
    // Balanced puts the two small ones on different nodes, and then the large one fits nowhere.
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 100), cpu("b", 100)),
                desired(
                    model("k").bytes(40).priority(0),
                    model("l").bytes(40).priority(0),
                    model("m").bytes(90))));

    assertThat(plan.weights()).isEqualTo(ScoreWeights.PACKED);
    assertThat(placed(plan)).containsExactly("k/1/0@a", "l/1/0@a", "m/1/0@b");
  }

  @Test
  void whenMemoryIsShortTheUrgentComeFirstAndEveryModelGetsOneReplicaBeforeAnyGetsTwo() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10)),
                desired(
                    model("k").bytes(10).priority(7),
                    model("l").bytes(10).replicas(2),
                    model("m").bytes(10))));

    assertThat(placed(plan)).containsExactly("l/1/0@a", "m/1/0@b");
    assertThat(unplaced(plan)).containsExactly("k/1/0", "l/1/1");
  }

  @Test
  void whatIsPlacedStaysEvenWhereAnotherNodeWouldScoreBetter() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 1000).load(1).reserved(400), cpu("b", 1000)),
                desired(model("m").bytes(400)),
                ready("m/1/0", "a", 400)));

    assertThat(plan.steps()).isEmpty();
    assertThat(placed(plan)).containsExactly("m/1/0@a");
  }

  @Test
  void aLostNodeMovesOnlyItsReplicasUnderTheirOwnIds() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("c", 10)),
                desired(model("k").replicas(2), model("m")),
                ready("k/1/0", "a", 0),
                ready("k/1/1", "gone", 0),
                ready("m/1/0", "a", 0)));

    assertThat(steps(plan)).containsExactly("start k/1/1@c");
  }

  @Test
  void anUnreachableNodeKeepsItsReplicasUntilMembershipHasDecided() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).unreachable(), cpu("b", 10)),
                desired(model("m")),
                ready("m/1/0", "a", 0)));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void aDrainingNodeHandsOverBeforeItStops() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).draining(), cpu("b", 10)),
                desired(model("m")),
                ready("m/1/0", "a", 0)));

    assertThat(steps(plan))
        .containsExactly("start m/1/1@b for m/1/0", "stop m/1/0@a when [m/1/1] is READY");
  }

  @Test
  void aHandOverUnderWayIsFinishedNotBegunAgain() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).draining(), cpu("b", 10)),
                desired(model("m")),
                ready("m/1/0", "a", 0),
                successor("m/1/1", "b", ReplicaState.LOADING, 0, "m/1/0")));

    assertThat(steps(plan)).containsExactly("stop m/1/0@a when [m/1/1] is READY");
  }

  @Test
  void aHandOverWhoseTargetIsLostBeginsAgain() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).draining(), cpu("c", 10)),
                desired(model("m")),
                ready("m/1/0", "a", 0),
                successor("m/1/1", "gone", ReplicaState.LOADING, 0, "m/1/0")));

    assertThat(steps(plan))
        .containsExactly("start m/1/1@c for m/1/0", "stop m/1/0@a when [m/1/1] is READY");
  }

  @Test
  void aMoveWhoseTargetDrainsIsGivenUp() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10).draining()),
                desired(model("m")),
                ready("m/1/0", "a", 0),
                successor("m/1/1", "b", ReplicaState.LOADING, 0, "m/1/0")));

    assertThat(steps(plan)).containsExactly("stop m/1/1@b when [] is READY");
    assertThat(placed(plan)).containsExactly("m/1/0@a");
  }

  @Test
  void theOnlyReplicaOfADrainingNodeGoesOnWhileNothingElseFits() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).draining(), cpu("b", 10)),
                desired(model("m").bytes(11)),
                ready("m/1/0", "a", 11)));

    assertThat(plan.steps()).isEmpty();
    assertThat(unplaced(plan)).containsExactly("m/1/1");
    assertThat(plan.unplaced().getFirst().successorOf()).isPresent();
  }

  @Test
  void oneOfSeveralReplicasStopsWithItsDrainingNodeOnceTheOthersServe() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).draining(), cpu("b", 10), cpu("c", 10)),
                desired(model("m").replicas(3)),
                ready("m/1/0", "a", 0),
                ready("m/1/1", "b", 0),
                assignment("m/1/2", "c", ReplicaState.WARMING, 0)));

    assertThat(steps(plan)).containsExactly("stop m/1/0@a when [m/1/2] is READY");
  }

  @Test
  void aSpecThatNoLongerSuitsTheNodeMovesTheReplica() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10).label("ssd", "true")),
                desired(model("m").label("ssd", "true")),
                ready("m/1/0", "a", 0)));

    assertThat(steps(plan))
        .containsExactly("start m/1/1@b for m/1/0", "stop m/1/0@a when [m/1/1] is READY");
    assertThat(plan.stops().getFirst().reason())
        .isEqualTo("a: has no label ssd, model asks for true");
  }

  @Test
  void fewerReplicasLetTheLeastUsefulGo() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10), cpu("c", 10), cpu("d", 10).unreachable()),
                desired(model("m").replicas(1)),
                assignment("m/1/0", "a", ReplicaState.FAILED, 0),
                assignment("m/1/1", "b", ReplicaState.LOADING, 0),
                ready("m/1/2", "c", 0),
                ready("m/1/3", "d", 0)));

    assertThat(placed(plan)).containsExactly("m/1/2@c");
    assertThat(plan.stops()).extracting(s -> s.replica().ordinal()).containsExactly(0, 3, 1);
  }

  @Test
  void aVersionNobodyWantsStopsAtOnceAndOneThatStopsAlreadyIsLeftAlone() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10)),
                List.of(),
                ready("m/1/0", "a", 0),
                assignment("m/1/1", "a", ReplicaState.DRAINING, 0)));

    assertThat(steps(plan)).containsExactly("stop m/1/0@a when [] is READY");
  }

  @Test
  void anOrdinalIsNotUsedAgainBeforeItsReplicaHasGone() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10)),
                desired(model("m")),
                assignment("m/1/0", "a", ReplicaState.UNLOADING, 0)));

    assertThat(steps(plan)).containsExactly("start m/1/1@b");
  }

  @Test
  void memoryOfAReplicaThatUnloadsIsNotSpentTwice() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).reserved(10)),
                desired(model("n").bytes(10)),
                assignment("m/1/0", "a", ReplicaState.UNLOADING, 10)));

    assertThat(unplaced(plan)).containsExactly("n/1/0");
  }

  @Test
  void anAssignmentWhoseMemoryWentElsewhereIsPlacedAgain() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).reserved(8), cpu("b", 10)),
                desired(model("k").bytes(8), model("m").bytes(5)),
                ready("k/1/0", "a", 8),
                assignment("m/1/0", "a", ReplicaState.PENDING, 5)));

    assertThat(steps(plan)).containsExactly("start m/1/1@b", "stop m/1/0@a when [] is READY");
  }

  @Test
  void theOrderOfTheListsChangesNothing() {
    List<NodeSnapshot> nodes = nodes(cpu("a", 10), cpu("b", 10), cpu("c", 10));
    List<DesiredReplicas> desired = desired(model("k").replicas(2), model("l"), model("m"));

    assertThat(planner.plan(snapshot(nodes.reversed(), desired.reversed())).steps())
        .isEqualTo(planner.plan(snapshot(nodes, desired)).steps());
  }

  @Test
  void aSnapshotNamesEachThingOnce() {
    List<NodeSnapshot> twice = nodes(cpu("a", 10), cpu("a", 10));

    assertThatThrownBy(() -> snapshot(twice, List.of()))
        .hasMessage("node: a twice (expected: each at most once)");
    assertThatThrownBy(() -> cpu("a", 10).load(1.5).build())
        .hasMessage("load: 1.5 (expected: 0..1)");
    assertThatThrownBy(() -> cpu("a", -1)).hasMessage("device totalBytes: -1 (expected: >= 0)");
  }

  static List<String> placed(PlacementPlan plan) {
    return plan.replicas().stream().map(r -> r.replica() + "@" + r.node()).toList();
  }

  static List<String> unplaced(PlacementPlan plan) {
    return plan.unplaced().stream().map(u -> u.replica().toString()).toList();
  }

  static List<String> steps(PlacementPlan plan) {
    return plan.steps().stream().map(PlacementPlannerTest::text).toList();
  }

  private static String text(PlacementStep step) {
    return switch (step) {
      case PlacementStep.Start start ->
          "start "
              + start.replica()
              + "@"
              + start.node()
              + start.replaces().map(old -> " for " + old).orElse("");
      case PlacementStep.Stop stop ->
          "stop " + stop.replica() + "@" + stop.node() + " when " + stop.whenReady() + " is READY";
    };
  }
}
