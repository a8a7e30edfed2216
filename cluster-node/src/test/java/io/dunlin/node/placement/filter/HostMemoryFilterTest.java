package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostMemoryFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void looksAtHostMemoryOfGpuNodes(FilterRow row) {
    row.check(new HostMemoryFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes(
            "exactly what is free",
            candidate(model("m").hostBytes(100), gpu("a", 1).host(1000, 900))),
        rejects(
            "one byte more",
            candidate(model("m").hostBytes(101), gpu("a", 1).host(1000, 900)),
            "needs 101 B, 100 B of host memory free"),
        passes(
            "a cpu node, whose device is its host memory",
            candidate(model("m").hostBytes(101), cpu("a", 1).host(1000, 900))));
  }
}
