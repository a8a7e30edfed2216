package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.assignment;
import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import io.dunlin.shared.model.ReplicaState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OneReplicaPerNodeFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void keepsReplicasOfAVersionApart(FilterRow row) {
    row.check(new OneReplicaPerNodeFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes("an empty node", candidate(model("m"), cpu("a", 1))),
        passes(
            "a replica of another version",
            candidate(model("m").version(2), cpu("a", 1), ready("m/1/0", "a", 0))),
        rejects(
            "a replica of this version",
            candidate(model("m"), cpu("a", 1), ready("m/1/0", "a", 0)),
            "holds replica 0"),
        rejects(
            "one that is about to go",
            candidate(model("m"), cpu("a", 1), assignment("m/1/3", "a", ReplicaState.DRAINING, 0)),
            "holds replica 3"),
        passes(
            "one that has gone",
            candidate(model("m"), cpu("a", 1), assignment("m/1/3", "a", ReplicaState.UNLOADED, 0))),
        passes(
            "a model that shares nodes",
            candidate(model("m").sharing(), cpu("a", 1), ready("m/1/0", "a", 0))));
  }
}
