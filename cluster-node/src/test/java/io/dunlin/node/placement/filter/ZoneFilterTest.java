package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ZoneFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void takesOnlyAllowedZones(FilterRow row) {
    row.check(new ZoneFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes("no zone is asked for", candidate(model("m"), cpu("a", 1))),
        passes("one of the zones", candidate(model("m").zones("x", "y"), cpu("a", 1).zone("y"))),
        rejects(
            "another zone",
            candidate(model("m").zones("x", "y"), cpu("a", 1).zone("z")),
            "zone is z, model allows x, y"),
        rejects(
            "no zone",
            candidate(model("m").zones("x"), cpu("a", 1)),
            "has no zone, model allows x"));
  }
}
