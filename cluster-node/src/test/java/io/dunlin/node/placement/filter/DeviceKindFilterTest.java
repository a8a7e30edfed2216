package io.dunlin.node.placement.filter;

import static io.dunlin.node.placement.Clusters.candidate;
import static io.dunlin.node.placement.DesiredBuilder.model;
import static io.dunlin.node.placement.NodeBuilder.cpu;
import static io.dunlin.node.placement.NodeBuilder.gpu;
import static io.dunlin.node.placement.filter.FilterRow.passes;
import static io.dunlin.node.placement.filter.FilterRow.rejects;

import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceKindFilterTest {
  @ParameterizedTest
  @MethodSource("rows")
  void givesAModelTheDeviceItAsksFor(FilterRow row) {
    row.check(new DeviceKindFilter());
  }

  static Stream<FilterRow> rows() {
    return Stream.of(
        passes("gpu on gpu", candidate(model("m").on(DeviceKind.GPU), gpu("a", 1))),
        passes("cpu on cpu", candidate(model("m").on(DeviceKind.CPU), cpu("a", 1))),
        passes("any on gpu", candidate(model("m"), gpu("a", 1))),
        passes("any on cpu", candidate(model("m"), cpu("a", 1))),
        rejects(
            "gpu on cpu",
            candidate(model("m").on(DeviceKind.GPU), cpu("a", 1)),
            "device is cpu, model asks for gpu"),
        rejects(
            "cpu on gpu",
            candidate(model("m").on(DeviceKind.CPU), gpu("a", 1)),
            "device is gpu, model asks for cpu"));
  }
}
