package io.dunlin.node.control;

import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.capacity.MemoryEstimate;
import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.node.placement.AssignedReplica;
import io.dunlin.node.placement.ClusterSnapshot;
import io.dunlin.node.placement.DesiredReplicas;
import io.dunlin.node.placement.NodeSnapshot;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Says what the controller knows in the words of placement; pure. */
final class PlacementView {
  /** What every model needs so far. */
  static final String PLATFORM = "tensorflow_savedmodel";

  /** How a node begins the reason of a load for which it had no memory. */
  private static final String REFUSED = "needs ";

  private PlacementView() {}

  static ClusterSnapshot of(ClusterView view) {
    Map<ReplicaId, Observed> observed = view.observed();
    return of(view, observed, ModelVersions.of(view, observed));
  }

  static ClusterSnapshot of(
      ClusterView view, Map<ReplicaId, Observed> observed, ModelVersions versions) {
    List<DesiredReplicas> desired = new ArrayList<>();
    for (CatalogEntry entry : view.catalog().values()) {
      versions
          .wanted(entry)
          .forEach((version, count) -> desired.add(desired(view, entry.spec(), version, count)));
    }
    return new ClusterSnapshot(nodes(view, observed), desired, assigned(view, observed));
  }

  /** What so many replicas of a version would take, as far as is known. */
  static DesiredReplicas desired(ClusterView view, ModelSpec spec, long version, int count) {
    ModelVersionId id = new ModelVersionId(spec.name(), version);
    MemoryDemand demand =
        MemoryEstimate.of(
            spec.memoryBytes(),
            Optional.ofNullable(view.memory().measured().get(id)),
            view.memory().artifactBytes().getOrDefault(id, 0L));
    return new DesiredReplicas(spec, version, count, demand, PLATFORM);
  }

  /** Whether the node refused the replica for want of memory. */
  static boolean wasRefused(ReplicaReport report) {
    return report.state() == ReplicaState.FAILED && report.reason().startsWith(REFUSED);
  }

  private static List<NodeSnapshot> nodes(ClusterView view, Map<ReplicaId, Observed> observed) {
    Set<String> full = new HashSet<>();
    observed.forEach(
        (replica, seen) -> {
          if (wasRefused(seen.report()) && view.retries().contains(replica)) {
            full.add(seen.nodeId());
          }
        });
    List<NodeSnapshot> nodes = new ArrayList<>();
    view.nodes().forEach((id, report) -> nodes.add(node(view, report, full.contains(id))));
    return nodes;
  }

  /**
   * @param full whether it refused a replica that is to be tried again: for this plan it counts as
   *     full, so that another node is taken if one fits; if none does, the refused one is tried
   *     again where it is
   */
  private static NodeSnapshot node(ClusterView view, NodeReport report, boolean full) {
    boolean gpu = report.device().kind().startsWith("gpu");
    long total = Math.max(0, report.device().memoryBytes());
    long reserved = Math.max(0, report.ledger().deviceReservedBytes());
    return new NodeSnapshot(
        report.nodeId(),
        report.zone(),
        report.labels(),
        new NodeSnapshot.Device(
            gpu ? ModelSpec.DeviceKind.GPU : ModelSpec.DeviceKind.CPU,
            report.device().kind(),
            total),
        Math.max(0, report.hostMemoryBytes()),
        full ? Math.max(total, reserved) : reserved,
        Math.max(0, report.ledger().hostReservedBytes()),
        view.condition(report.nodeId()),
        Set.copyOf(report.artifacts()),
        load(report.load()),
        Set.copyOf(report.runtimes()));
  }

  private static double load(double reported) {
    return Double.isNaN(reported) ? 0 : Math.clamp(reported, 0.0, 1.0);
  }

  /** What was assigned, each where it really is, and what is there without being assigned. */
  private static List<AssignedReplica> assigned(
      ClusterView view, Map<ReplicaId, Observed> observed) {
    Map<ReplicaId, AssignedReplica> assigned = new TreeMap<>();
    view.assignments()
        .forEach(
            (replica, assignment) ->
                assigned.put(
                    replica,
                    new AssignedReplica(
                        replica,
                        assignment.nodeId(),
                        ReplicaState.PENDING,
                        planned(assignment),
                        false,
                        Optional.ofNullable(assignment.replaces()))));
    observed.forEach((replica, seen) -> assigned.put(replica, replica(view, replica, seen)));
    return List.copyOf(assigned.values());
  }

  private static AssignedReplica replica(ClusterView view, ReplicaId replica, Observed seen) {
    Assignment assignment = view.assignments().get(replica);
    CatalogEntry entry = view.catalog().get(replica.version().model());
    ReplicaReport report = seen.report();
    boolean reserved = report.memoryBytes() > 0 || report.hostBytes() > 0;
    MemoryDemand memory =
        reserved
            ? new MemoryDemand(
                Math.max(0, report.memoryBytes()),
                Math.max(0, report.hostBytes()),
                MemoryBasis.MEASURED)
            : assignment == null
                ? nothing()
                : wasRefused(report) ? some(assignment) : planned(assignment);
    return new AssignedReplica(
        replica,
        seen.nodeId(),
        seen.state(),
        memory,
        reserved,
        Optional.ofNullable(assignment == null ? null : assignment.replaces()),
        entry != null && isOutdated(seen, entry));
  }

  /**
   * Whether a replica was loaded from another source, or with other settings, than its spec now
   * names. One that does not say what it follows is taken for right, one that FAILED is started
   * again where it is, and one of a version that its source has no more is as good as it will be.
   */
  static boolean isOutdated(Observed seen, CatalogEntry entry) {
    ReplicaReport report = seen.report();
    return report.revision() > 0
        && report.revision() < entry.loadRevision()
        && report.state() != ReplicaState.FAILED
        && entry.versions().contains(report.replica().version().version());
  }

  private static MemoryDemand planned(Assignment assignment) {
    return new MemoryDemand(
        Math.max(0, assignment.deviceBytes()),
        Math.max(0, assignment.hostBytes()),
        MemoryBasis.ESTIMATED);
  }

  /** What was refused takes something, whatever was planned. */
  private static MemoryDemand some(Assignment assignment) {
    MemoryDemand planned = planned(assignment);
    return new MemoryDemand(
        Math.max(1, planned.deviceBytes()), planned.hostBytes(), MemoryBasis.ESTIMATED);
  }

  private static MemoryDemand nothing() {
    return new MemoryDemand(0, 0, MemoryBasis.ESTIMATED);
  }
}
