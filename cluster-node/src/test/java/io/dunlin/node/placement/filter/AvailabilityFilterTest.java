package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvailabilityFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void takesOnlyNodesThatAreUp(FilterRow row) {
    row.check(new AvailabilityFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes("a node that is up", candidate(model("m"), cpu("a", 1))),
        rejects("a draining node", candidate(model("m"), cpu("a", 1).draining()), "is draining"),
        rejects(
            "an unreachable node",
            candidate(model("m"), cpu("a", 1).unreachable()),
            "is unreachable"));
  }
}
