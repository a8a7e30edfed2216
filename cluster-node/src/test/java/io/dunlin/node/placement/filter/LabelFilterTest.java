package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LabelFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void takesOnlyNodesWithEveryLabel(FilterRow row) {
    row.check(new LabelFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes("no label is asked for", candidate(model("m"), cpu("a", 1).label("k", "v"))),
        passes(
            "every label is there",
            candidate(model("m").label("k", "v"), cpu("a", 1).label("k", "v").label("l", "w"))),
        rejects(
            "a label is missing",
            candidate(model("m").label("k", "v"), cpu("a", 1)),
            "has no label k, model asks for v"),
        rejects(
            "a label differs",
            candidate(model("m").label("k", "v"), cpu("a", 1).label("k", "w")),
            "label k is w, model asks for v"),
        rejects(
            "both",
            candidate(model("m").label("k", "v").label("j", "u"), cpu("a", 1).label("k", "w")),
            "has no label j, model asks for u; label k is w, model asks for v"));
  }
}
