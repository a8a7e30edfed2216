package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.Clusters.nodes;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.NodeSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadFilterTest {
  private final SpreadFilter filter = new SpreadFilter();
  private final List<NodeSnapshot> nodes =
      nodes(cpu("a", 1).zone("x"), cpu("b", 1).zone("x"), cpu("c", 1).zone("y"));

  @Test
  void theLevelIsTheNumberOfReplicasInTheZone() {
    assertThat(filter.level(candidate(model("m"), nodes, "b", ready("m/1/0", "a", 0))))
        .isEqualTo(1);
    assertThat(filter.level(candidate(model("m"), nodes, "c", ready("m/1/0", "a", 0)))).isZero();
  }

  @Test
  void theLevelOfAModelThatSharesNodesIsTheNumberOnTheNode() {
    Candidate besideIt = candidate(model("m").sharing(), nodes, "b", ready("m/1/0", "a", 0));
    Candidate withIt = candidate(model("m").sharing(), nodes, "a", ready("m/1/0", "a", 0));

    assertThat(filter.level(besideIt)).isZero();
    assertThat(filter.level(withIt)).isEqualTo(1);
  }

  @Test
  void aLevelThatNobodyBeatsPasses() {
    assertThat(filter.passes(candidate(model("m"), nodes, "b", ready("m/1/0", "a", 0)))).isTrue();
  }

  @Test
  void theReasonNamesTheCrowdedPlace() {
    assertThat(filter.reason(candidate(model("m"), nodes, "b", ready("m/1/0", "a", 0))))
        .startsWith("zone x holds 1 replica, a zone with ");
    assertThat(filter.reason(candidate(model("m").sharing(), nodes, "a", ready("m/1/0", "a", 0))))
        .isEqualTo("holds replica 0, and a node with fewer has room");
  }
}
