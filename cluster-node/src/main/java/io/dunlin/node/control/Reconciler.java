package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do next, from desired and observed state; pure and deterministic.
 *
 * <p>A replica is desired when its model is in the catalog, its version is among the versions to
 * serve and its ordinal is below {@code replicas.min}. Then:
 *
 * <ol>
 *   <li>desired, not assigned, or assigned to a node that is gone or draining: assign it, if one
 *       fits;
 *   <li>desired and assigned, not reported by any node: start it (again);
 *   <li>desired and FAILED with a retry due: start it again;
 *   <li>desired, its settings changed since it was assigned: reconfigure it;
 *   <li>not desired, still reported: stop it, but a version that leaves is kept until every version
 *       that stays or comes has a READY replica, so that a broken new version never takes the old
 *       one down;
 *   <li>not desired, not reported: forget its assignment.
 * </ol>
 */
public final class Reconciler {
  private Reconciler() {}

  /** The steps for this view, in a deterministic order; empty when the wish is fulfilled. */
  public static List<ControlAction> reconcile(ClusterView view, ReplicaPlacer placer) {
    Map<ReplicaId, ReplicaReport> observed = view.observed();
    Map<ReplicaId, CatalogEntry> desired = desired(view);
    List<ControlAction> actions = new ArrayList<>();
    desired.forEach((replica, entry) -> towards(view, observed, replica, entry, placer, actions));
    Set<ReplicaId> known = new TreeSet<>(view.assignments().keySet());
    known.addAll(observed.keySet());
    known.removeAll(desired.keySet());
    for (ReplicaId surplus : known) {
      away(view, observed, surplus, actions);
    }
    return actions;
  }

  /** The replicas that should exist, with the catalog entry that asks for each. */
  public static Map<ReplicaId, CatalogEntry> desired(ClusterView view) {
    Map<ReplicaId, CatalogEntry> desired = new TreeMap<>();
    for (CatalogEntry entry : view.catalog().values()) {
      if (entry.deleted()) {
        continue;
      }
      for (long version : entry.versions()) {
        ModelVersionId id = new ModelVersionId(entry.spec().name(), version);
        for (int ordinal = 0; ordinal < entry.spec().replicas().min(); ordinal++) {
          desired.put(new ReplicaId(id, ordinal), entry);
        }
      }
    }
    return desired;
  }

  private static void towards(
      ClusterView view,
      Map<ReplicaId, ReplicaReport> observed,
      ReplicaId replica,
      CatalogEntry entry,
      ReplicaPlacer placer,
      List<ControlAction> actions) {
    Assignment assignment = view.assignments().get(replica);
    ReplicaReport report = observed.get(replica);
    if (report == null) {
      if (assignment == null || !takesReplicas(view, assignment.nodeId())) {
        Optional<String> node = placer.place(replica, entry.spec());
        node.ifPresent(id -> actions.add(new ControlAction.Assign(replica, id, entry.revision())));
      } else {
        actions.add(new ControlAction.Start(replica, entry.spec()));
      }
      return;
    }
    if (report.state() == ReplicaState.FAILED && view.retries().contains(replica)) {
      actions.add(new ControlAction.Start(replica, entry.spec()));
    } else if (assignment != null && assignment.revision() < entry.revision()) {
      actions.add(
          new ControlAction.Reconfigure(
              replica, entry.spec(), assignment.nodeId(), entry.revision()));
    }
  }

  private static boolean takesReplicas(ClusterView view, String nodeId) {
    NodeReport node = view.nodes().get(nodeId);
    return node != null && !node.draining();
  }

  private static void away(
      ClusterView view,
      Map<ReplicaId, ReplicaReport> observed,
      ReplicaId surplus,
      List<ControlAction> actions) {
    ReplicaReport report = observed.get(surplus);
    if (report == null) {
      actions.add(new ControlAction.Unassign(surplus));
      return;
    }
    boolean leaving =
        switch (report.state()) {
          case DRAINING, UNLOADING, UNLOADED -> true;
          case PENDING, LOADING, WARMING, READY, FAILED -> false;
        };
    if (!leaving && mayStop(view, observed, surplus, report)) {
      actions.add(new ControlAction.Stop(surplus, "not desired any more"));
    }
  }

  private static boolean mayStop(
      ClusterView view,
      Map<ReplicaId, ReplicaReport> observed,
      ReplicaId surplus,
      ReplicaReport report) {
    @Nullable CatalogEntry entry = view.catalog().get(surplus.version().model());
    if (entry == null
        || entry.deleted()
        || entry.versions().isEmpty()
        || entry.versions().contains(surplus.version().version())
        || report.state() != ReplicaState.READY) {
      return true;
    }
    return entry.versions().stream()
        .allMatch(version -> isReady(observed, surplus.version().model(), version));
  }

  private static boolean isReady(
      Map<ReplicaId, ReplicaReport> observed, String model, long version) {
    return observed.values().stream()
        .anyMatch(
            report ->
                report.state() == ReplicaState.READY
                    && report.replica().version().equals(new ModelVersionId(model, version)));
  }
}
