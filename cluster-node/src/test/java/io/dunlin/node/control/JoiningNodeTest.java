package io.dunlin.node.control;

import static io.dunlin.node.control.Views.sharing;
import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.PlacementSettings;
import io.dunlin.shared.catalog.Assignment;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a node that joins, or is lost, does to replicas that lie where there was room before. */
class JoiningNodeTest {
  private static final List<String> MODELS = List.of("k", "l", "m", "n", "o", "p");

  @Test
  void theSecondReplicaWaitsForTheSecondNode() {
    ModelledCluster cluster = cluster();
    cluster.node("a").source(spec("m", 2), 1L);
    cluster.settle();
    assertThat(cluster.held()).containsOnly(java.util.Map.entry("m/1 READY", List.of("a")));

    cluster.node("b");
    cluster.settle();
    assertThat(cluster.held().get("m/1 READY")).containsExactly("a", "b");
  }

  @Test
  void replicasThatMaySharePartAsSoonAsAnotherNodeIsThere() {
    ModelledCluster cluster = cluster();
    cluster.node("a").source(sharing("m", 2), 1L);
    cluster.settle();
    assertThat(cluster.held().get("m/1 READY")).containsExactly("a", "a");

    cluster.node("b");
    cluster.settle();
    assertThat(cluster.held().get("m/1 READY")).containsExactly("a", "b");
  }

  @Test
  void noMoreMovesThanTheBudgetAreUnderWay() {
    long[] most = {0};
    ModelledCluster cluster =
        new ModelledCluster(
            Set.of(),
            now ->
                most[0] =
                    Math.max(
                        most[0],
                        now.assignments().values().stream()
                            .map(Assignment::replaces)
                            .filter(Objects::nonNull)
                            .filter(replaced -> now.assigned().contains(replaced.entityId()))
                            .count()));
    cluster.node("a");
    MODELS.forEach(model -> cluster.source(sharing(model, 2), 1L));
    cluster.settle();
    cluster.node("b");
    cluster.settle();
    for (String model : MODELS) {
      assertThat(cluster.held().get(model + "/1 READY")).containsExactly("a", "b");
    }
    assertThat(most[0]).isEqualTo(PlacementSettings.DEFAULT.rebalanceBudget());
  }

  @Test
  void replicasLostWithTheirNodeComeBackElsewhereAndSpreadAgainWhenItReturns() {
    ModelledCluster cluster = cluster();
    cluster.node("a").node("b");
    MODELS.forEach(model -> cluster.source(sharing(model, 2), 1L));
    cluster.settle();
    cluster.lose("b");
    cluster.settle();
    for (String model : MODELS) {
      assertThat(cluster.held().get(model + "/1 READY")).containsExactly("a", "a");
    }
    cluster.node("b");
    cluster.settle();
    for (String model : MODELS) {
      assertThat(cluster.held().get(model + "/1 READY")).containsExactly("a", "b");
    }
  }

  private static ModelledCluster cluster() {
    return new ModelledCluster(Set.of(), now -> {});
  }
}
