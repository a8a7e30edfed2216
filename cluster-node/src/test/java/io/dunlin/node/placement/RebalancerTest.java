package io.dunlin.node.placement;

import static io.dunlin.node.placement.Clusters.desired;
import static io.dunlin.node.placement.Clusters.nodes;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.Clusters.snapshot;
import static io.dunlin.node.placement.Clusters.successor;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static io.dunlin.node.placement.PlacementPlannerTest.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RebalancerTest {
  private final PlacementPlanner planner = planner(4);

  @Test
  void aNodeThatJoinedGetsAReplicaFromTheFullestOne() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 100).reserved(3), cpu("b", 100).reserved(2), cpu("c", 100)),
                desired(model("k"), model("l"), model("m"), model("n"), model("o")),
                ready("k/1/0", "a", 1),
                ready("l/1/0", "a", 1),
                ready("m/1/0", "a", 1),
                ready("n/1/0", "b", 1),
                ready("o/1/0", "b", 1)));

    assertThat(steps(plan))
        .containsExactly("start k/1/1@c for k/1/0", "stop k/1/0@a when [k/1/1] is READY");
    assertThat(plan.stops().getFirst().reason()).isEqualTo("c is underused");
  }

  @Test
  void oneReplicaMoreThanAnotherNodeIsNoReason() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 100), cpu("b", 100)), desired(model("m")), ready("m/1/0", "a", 1)));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void noMoreMovesThanTheBudgetAreUnderWay() {
    ClusterSnapshot crowded = crowded(10);

    assertThat(planner(0).plan(crowded).steps()).isEmpty();
    assertThat(planner(2).plan(crowded).starts()).hasSize(2);
    assertThat(planner(3).plan(crowded).starts()).hasSize(3);
  }

  @Test
  void movesUnderWayCountAgainstTheBudget() {
    ClusterSnapshot crowded = crowded(10);
    List<AssignedReplica> assignments = new ArrayList<>(crowded.assignments());
    assignments.add(successor("m0/1/1", "b", ReplicaState.LOADING, 1, "m0/1/0"));
    ClusterSnapshot moving = new ClusterSnapshot(crowded.nodes(), crowded.desired(), assignments);

    assertThat(planner(1).plan(moving).starts()).isEmpty();
    assertThat(planner(3).plan(moving).starts()).hasSize(2);
  }

  @Test
  void nothingMovesForBalanceWhileReplicasAreBeingPlaced() {
    ClusterSnapshot crowded = crowded(10);
    List<DesiredReplicas> more = new ArrayList<>(crowded.desired());
    more.addAll(desired(model("new").bytes(1)));
    PlacementPlan plan =
        planner.plan(new ClusterSnapshot(crowded.nodes(), more, crowded.assignments()));

    assertThat(steps(plan)).containsExactly("start new/1/0@b");
  }

  @Test
  void onlyReadyReplicasMove() {
    List<AssignedReplica> loading = new ArrayList<>();
    for (AssignedReplica a : crowded(10).assignments()) {
      loading.add(Clusters.assignment(a.replica().entityId(), a.node(), ReplicaState.LOADING, 1));
    }
    ClusterSnapshot crowded = crowded(10);

    assertThat(
            planner.plan(new ClusterSnapshot(crowded.nodes(), crowded.desired(), loading)).steps())
        .isEmpty();
  }

  @Test
  void replicasInOneZoneSpreadWhenAnotherZoneJoins() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10).zone("x"), cpu("b", 10).zone("x"), cpu("c", 10).zone("y")),
                desired(model("m").replicas(2)),
                ready("m/1/0", "a", 0),
                ready("m/1/1", "b", 0)));

    assertThat(steps(plan))
        .containsExactly("start m/1/2@c for m/1/0", "stop m/1/0@a when [m/1/2] is READY");
  }

  @Test
  void replicasThatShareANodePartWhenAnotherFits() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 10), cpu("b", 10)),
                desired(model("m").replicas(2).sharing()),
                ready("m/1/0", "a", 0),
                ready("m/1/1", "a", 0)));

    assertThat(steps(plan))
        .containsExactly("start m/1/2@b for m/1/0", "stop m/1/0@a when [m/1/2] is READY");
  }

  @Test
  void aNodeFullOfOneLargeReplicaIsNotUnderused() {
    List<AssignedReplica> assignments = new ArrayList<>(List.of(ready("large/1/0", "b", 90)));
    List<DesiredReplicas> wanted = new ArrayList<>(desired(model("large").bytes(90)));
    for (int i = 0; i < 6; i++) {
      wanted.addAll(desired(model("m" + i).bytes(10)));
      assignments.add(ready("m" + i + "/1/0", "a", 10));
    }
    PlacementPlan plan =
        planner.plan(
            new ClusterSnapshot(
                nodes(cpu("a", 100).reserved(60), cpu("b", 100).reserved(90)),
                wanted,
                assignments));

    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void gpuNodesAndCpuNodesAreBalancedApart() {
    PlacementPlan plan =
        planner.plan(
            snapshot(
                nodes(cpu("a", 100), gpu("b", 100)),
                desired(
                    model("k").on(DeviceKind.CPU),
                    model("l").on(DeviceKind.CPU),
                    model("m").on(DeviceKind.CPU)),
                ready("k/1/0", "a", 1),
                ready("l/1/0", "a", 1),
                ready("m/1/0", "a", 1)));

    assertThat(plan.steps()).isEmpty();
  }

  private static PlacementPlanner planner(int budget) {
    return new PlacementPlanner(new PlacementSettings(budget, 0.8, 100, 50));
  }

  /** So many replicas on node a, none on node b. */
  private static ClusterSnapshot crowded(int replicas) {
    List<DesiredReplicas> wanted = new ArrayList<>();
    List<AssignedReplica> assignments = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      wanted.addAll(desired(model("m" + i).bytes(1)));
      assignments.add(ready("m" + i + "/1/0", "a", 1));
    }
    return new ClusterSnapshot(
        nodes(cpu("a", 100).reserved(replicas), cpu("b", 100)), wanted, assignments);
  }
}
