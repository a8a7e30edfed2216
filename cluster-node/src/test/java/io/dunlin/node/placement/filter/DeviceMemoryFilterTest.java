package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.assignment;
import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.Clusters.ready;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import io.dunlin.shared.model.ReplicaState;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceMemoryFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void neverOverCommitsADevice(FilterRow row) {
    row.check(new DeviceMemoryFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes(
            "exactly what is free", candidate(model("m").bytes(100), gpu("a", 1000).reserved(900))),
        rejects(
            "one byte more",
            candidate(model("m").bytes(101), gpu("a", 1000).reserved(900)),
            "needs 101 B, 100 B free"),
        rejects(
            "rounding would hide the difference",
            candidate(model("m").bytes((2L << 30) + 2), gpu("a", (2L << 30) + 1)),
            "needs 2147483650 bytes, 2147483649 free"),
        rejects(
            "sizes people read",
            candidate(model("m").bytes(6_549_825_126L), gpu("a", 2_469_606_195L)),
            "needs 6.1 GiB, 2.3 GiB free"),
        passes(
            "reserved bytes are counted once",
            candidate(
                model("m").bytes(500), gpu("a", 1000).reserved(500), ready("o/1/0", "a", 500))),
        rejects(
            "planned bytes are counted too",
            candidate(
                model("m").bytes(500),
                gpu("a", 1000).reserved(500),
                assignment("o/1/0", "a", ReplicaState.PENDING, 1)),
            "needs 500 B, 499 B free"),
        rejects(
            "what unloads still holds its bytes",
            candidate(
                model("m").bytes(501),
                gpu("a", 1000).reserved(500),
                assignment("o/1/0", "a", ReplicaState.UNLOADING, 500)),
            "needs 501 B, 500 B free"),
        rejects(
            "an over-committed node",
            candidate(model("m").bytes(1), gpu("a", 1000).reserved(1100)),
            "needs 1 B, -100 B free"));
  }
}
