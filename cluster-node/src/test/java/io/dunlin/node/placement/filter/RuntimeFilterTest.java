package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RuntimeFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void takesOnlyNodesWithTheRuntime(FilterRow row) {
    row.check(new RuntimeFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes(
            "the runtime is there",
            candidate(model("m").platform("b"), cpu("a", 1).runtimes("a", "b"))),
        rejects(
            "another runtime is there",
            candidate(model("m").platform("b"), cpu("a", 1).runtimes("c", "a")),
            "runs a, c, model needs b"),
        rejects(
            "no runtime is there",
            candidate(model("m").platform("b"), cpu("a", 1).runtimes()),
            "runs nothing, model needs b"));
  }
}
