package io.dunlin.node.placement;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.NodeSnapshot.Device;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelSpec.Placement;
import io.dunlin.shared.model.ModelVersionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Makes the change a relief names, to see whether it helps. */
final class Relieved {
  private Relieved() {}

  static ClusterSnapshot apply(ClusterSnapshot snapshot, ModelVersionId version, Relief relief) {
    return switch (relief) {
      case Relief.Unloaded unloaded ->
          throw new AssertionError("nothing unloads at rest: " + unloaded);
      case Relief.Freed freed ->
          node(snapshot, freed.node(), n -> larger(n, freed.deviceBytes(), freed.hostBytes()));
      case Relief.Resumed resumed -> node(snapshot, resumed.node(), Relieved::up);
      case Relief.Returned returned -> node(snapshot, returned.node(), Relieved::up);
      case Relief.Shared shared ->
          spec(
              snapshot,
              version,
              s -> with(s, s.device(), placement(s, s.placement().zones(), false)));
      case Relief.ZoneAllowed allowed ->
          spec(
              snapshot,
              version,
              s -> {
                List<String> zones = new ArrayList<>(s.placement().zones());
                zones.add(allowed.zone());
                return with(s, s.device(), placement(s, zones, s.placement().spread()));
              });
      case Relief.LabelsDropped dropped ->
          node(snapshot, dropped.node(), n -> labelled(n, dropped.labels()));
      case Relief.AnyDevice any ->
          spec(snapshot, version, s -> with(s, DeviceKind.ANY, s.placement()));
      case Relief.Joined joined -> joined(snapshot, joined);
    };
  }

  private static ClusterSnapshot joined(ClusterSnapshot snapshot, Relief.Joined joined) {
    List<NodeSnapshot> nodes = new ArrayList<>(snapshot.nodes());
    NodeBuilder node =
        joined.device() == DeviceKind.CPU
            ? NodeBuilder.cpu("joined", joined.deviceBytes())
            : NodeBuilder.gpu("joined", joined.deviceBytes());
    joined.labels().forEach(node::label);
    node.zone(joined.zones().isEmpty() ? "" : joined.zones().getFirst());
    nodes.add(node.host(joined.hostBytes(), 0).build());
    return new ClusterSnapshot(nodes, snapshot.desired(), snapshot.assignments());
  }

  private static ClusterSnapshot node(
      ClusterSnapshot snapshot, String id, UnaryOperator<NodeSnapshot> change) {
    List<NodeSnapshot> nodes =
        snapshot.nodes().stream().map(n -> n.id().equals(id) ? change.apply(n) : n).toList();
    return new ClusterSnapshot(nodes, snapshot.desired(), snapshot.assignments());
  }

  private static ClusterSnapshot spec(
      ClusterSnapshot snapshot, ModelVersionId version, UnaryOperator<ModelSpec> change) {
    List<DesiredReplicas> desired =
        snapshot.desired().stream()
            .map(
                of ->
                    of.id().equals(version)
                        ? new DesiredReplicas(
                            change.apply(of.spec()),
                            of.version(),
                            of.count(),
                            of.demand(),
                            of.platform())
                        : of)
            .toList();
    return new ClusterSnapshot(snapshot.nodes(), desired, snapshot.assignments());
  }

  private static NodeSnapshot larger(NodeSnapshot n, long deviceBytes, long hostBytes) {
    Device device =
        new Device(n.device().kind(), n.device().name(), n.device().totalBytes() + deviceBytes);
    return with(n, device, n.hostTotalBytes() + hostBytes, n.condition(), n.labels());
  }

  private static NodeSnapshot up(NodeSnapshot n) {
    return with(n, n.device(), n.hostTotalBytes(), Condition.UP, n.labels());
  }

  private static NodeSnapshot labelled(NodeSnapshot n, Map<String, String> more) {
    Map<String, String> labels = new HashMap<>(n.labels());
    labels.putAll(more);
    return with(n, n.device(), n.hostTotalBytes(), n.condition(), labels);
  }

  private static NodeSnapshot with(
      NodeSnapshot n,
      Device device,
      long hostTotalBytes,
      Condition condition,
      Map<String, String> labels) {
    return new NodeSnapshot(
        n.id(),
        n.zone(),
        labels,
        device,
        hostTotalBytes,
        n.deviceReservedBytes(),
        n.hostReservedBytes(),
        condition,
        n.artifacts(),
        n.load(),
        n.runtimes());
  }

  private static Placement placement(ModelSpec spec, List<String> zones, boolean spread) {
    return new Placement(zones, spec.placement().labels(), spread);
  }

  private static ModelSpec with(ModelSpec s, DeviceKind device, Placement placement) {
    return new ModelSpec(
        s.name(),
        s.source(),
        s.versionPolicy(),
        s.replicas(),
        device,
        s.memoryBytes(),
        s.batching(),
        s.queue(),
        s.timeout(),
        s.warmup(),
        placement,
        s.priority(),
        s.threading());
  }
}
