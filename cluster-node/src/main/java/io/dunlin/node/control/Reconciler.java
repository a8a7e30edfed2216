package io.dunlin.node.control;

import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.node.placement.AssignedReplica;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.node.placement.PlacementPlan;
import io.dunlin.node.placement.PlacementPlan.PlannedReplica;
import io.dunlin.node.placement.PlacementPlan.UnplacedReplica;
import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementStep;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do next, from desired and observed state; pure and deterministic. It remembers
 * nothing: a step whose effect is not seen is decided again, and one that is seen is not. Only that
 * a replica was told to stop is remembered for it, in the view: a change of mind before that is
 * seen would rely on one that goes.
 *
 * <ol>
 *   <li>A replica that lives without an assignment, or elsewhere than assigned: write down where it
 *       is, so that it is counted and can be stopped in order.
 *   <li>One that is ending: forget its assignment, its id is free for another once it is gone. One
 *       that was told to and does not show it: tell it again; nothing relies on it meanwhile.
 *   <li>What the plan places: assign it.
 *   <li>Assigned, not reported by its node: start it (again). FAILED with a retry due, or with a
 *       spec that changed since: likewise.
 *   <li>It follows an older spec, and what changed can be changed while it serves: reconfigure it.
 *       What only a load takes in is the plan's: it has a successor first.
 *   <li>What the plan lets go: stop it, but only when all it waits for are READY; one that no node
 *       reports is only forgotten.
 *   <li>Assigned to a node that is lost: forget it, unless it is of a version that has nothing but
 *       such replicas left.
 *   <li>A label that waits for versions all of whose replicas are READY: switch it.
 * </ol>
 *
 * Which versions are wanted, old ones that are still needed included, is {@link ModelVersions}'
 * decision, where they go is {@link PlacementPlanner}'s.
 */
public final class Reconciler {
  private final ClusterView view;
  private final Map<ReplicaId, Observed> observed;
  private final ModelVersions versions;
  private final PlacementPlan plan;
  private final Set<ModelVersionId> waiting;
  private final Set<ModelVersionId> unplaced = new HashSet<>();
  private final List<ControlAction> actions = new ArrayList<>();

  private Reconciler(ClusterView view, PlacementPlanner planner) {
    this.view = view;
    this.observed = view.observed();
    this.versions = ModelVersions.of(view, observed);
    this.plan = planner.plan(PlacementView.of(view, observed, versions));
    this.waiting = waiting(view);
    for (UnplacedReplica replica : plan.unplaced()) {
      unplaced.add(replica.replica().version());
    }
  }

  /** The steps for this view, in a deterministic order; empty when the wish is fulfilled. */
  public static List<ControlAction> reconcile(ClusterView view, PlacementPlanner planner) {
    Reconciler reconciler = new Reconciler(view, planner);
    reconciler.adopt();
    reconciler.place();
    reconciler.keep();
    reconciler.letGo();
    reconciler.forgetLost();
    reconciler.switchAliases();
    return List.copyOf(reconciler.actions);
  }

  /** Versions that have replicas on nodes which may still come back: they are left alone. */
  private static Set<ModelVersionId> waiting(ClusterView view) {
    Set<ModelVersionId> waiting = new HashSet<>();
    view.assignments()
        .forEach(
            (replica, assignment) -> {
              if (view.awaited().contains(assignment.nodeId())) {
                waiting.add(replica.version());
              }
            });
    return waiting;
  }

  // ---- 1 and 2

  private void adopt() {
    for (AssignedReplica replica : plan.snapshot().assignments()) {
      Observed seen = observed.get(replica.replica());
      if (seen == null || !view.isReachable(seen.nodeId())) {
        continue;
      }
      Assignment assignment = view.assignments().get(replica.replica());
      boolean known = assignment != null && assignment.nodeId().equals(seen.nodeId());
      if (seen.isEnding()) {
        if (known) {
          actions.add(new ControlAction.Unassign(replica.replica()));
        }
        if (!seen.isSeenEnding()) {
          // The window sends it again when it was lost.
          actions.add(new ControlAction.Stop(replica.replica(), "was told to stop before"));
        }
      } else if (!known) {
        actions.add(
            new ControlAction.Assign(
                replica.replica(),
                new Assignment(
                    seen.nodeId(),
                    0,
                    replica.memory().deviceBytes(),
                    replica.memory().hostBytes(),
                    null)));
      }
    }
  }

  // ---- 3

  private void place() {
    for (PlacementStep.Start start : plan.starts()) {
      ReplicaId replica = start.replica();
      CatalogEntry entry = view.catalog().get(replica.version().model());
      if (entry != null && !waiting.contains(replica.version())) {
        actions.add(
            new ControlAction.Assign(
                replica,
                new Assignment(
                    start.node(),
                    entry.revision(),
                    start.memory().deviceBytes(),
                    start.memory().hostBytes(),
                    start.replaces().orElse(null))));
      }
    }
  }

  // ---- 4 and 5

  private void keep() {
    for (PlannedReplica planned : plan.replicas()) {
      CatalogEntry entry = view.catalog().get(planned.replica().version().model());
      if (!planned.isNew() && entry != null) {
        keep(planned.replica(), planned.node(), entry);
      }
    }
  }

  private void keep(ReplicaId replica, String node, CatalogEntry entry) {
    Assignment assignment = view.assignments().get(replica);
    if (assignment == null
        || !assignment.nodeId().equals(node)
        || view.unconfirmed().contains(replica)
        || !view.isReachable(node)) {
      return;
    }
    Observed seen = observed.get(replica);
    if (seen == null) {
      if (view.condition(node) == Condition.UP) {
        actions.add(start(replica, entry));
      }
      return;
    }
    boolean changed = isBehind(seen, entry.specRevision());
    if (seen.report().state() == ReplicaState.FAILED) {
      if (changed || view.retries().contains(replica)) {
        actions.add(start(replica, entry));
      }
    } else if (changed && !isBehind(seen, entry.loadRevision())) {
      actions.add(new ControlAction.Reconfigure(replica, entry.spec(), entry.revision()));
    }
  }

  /** Whether it says that it follows a spec from before that revision. */
  private static boolean isBehind(Observed seen, long revision) {
    return seen.report().revision() > 0 && seen.report().revision() < revision;
  }

  private static ControlAction start(ReplicaId replica, CatalogEntry entry) {
    return new ControlAction.Start(replica, entry.spec(), entry.revision());
  }

  // ---- 6

  private void letGo() {
    for (PlacementStep.Stop stop : plan.stops()) {
      ReplicaId replica = stop.replica();
      Observed seen = observed.get(replica);
      if (waiting.contains(replica.version())
          || !stop.whenReady().stream().allMatch(this::isServing)) {
        continue;
      }
      if (seen == null) {
        actions.add(new ControlAction.Unassign(replica));
      } else if (view.isReachable(seen.nodeId()) && !isBetterKept(seen, stop)) {
        actions.add(new ControlAction.Stop(replica, stop.reason()));
      } else if (isBetterKept(seen, stop) && view.retries().contains(replica)) {
        retry(replica);
      }
    }
  }

  private boolean isServing(ReplicaId replica) {
    Observed seen = observed.get(replica);
    return seen != null && ClusterView.serves(view, seen);
  }

  /** One that its node refused stays to say so while no other node has room for it. */
  private boolean isBetterKept(Observed seen, PlacementStep.Stop stop) {
    return PlacementView.wasRefused(seen.report())
        && view.condition(seen.nodeId()) == Condition.UP
        && unplaced.contains(stop.replica().version());
  }

  private void retry(ReplicaId replica) {
    CatalogEntry entry = view.catalog().get(replica.version().model());
    if (entry != null) {
      actions.add(start(replica, entry));
    }
  }

  // ---- 7

  private void forgetLost() {
    Set<ReplicaId> taken = new HashSet<>(observed.keySet());
    plan.starts().forEach(start -> taken.add(start.replica()));
    for (ReplicaId replica : new TreeSet<>(view.assignments().keySet())) {
      @Nullable Assignment assignment = view.assignments().get(replica);
      if (assignment != null
          && view.isLost(assignment.nodeId())
          && !taken.contains(replica)
          && !isKeptForItsReturn(replica.version())) {
        actions.add(new ControlAction.Unassign(replica));
      }
    }
  }

  /**
   * A version that left its entry is wanted only as long as it has replicas, be they on a node that
   * may come back; those of the entry are wanted anyway, and placed wherever there is room.
   */
  private boolean isKeptForItsReturn(ModelVersionId version) {
    CatalogEntry entry = view.catalog().get(version.model());
    return entry != null
        && !entry.versions().contains(version.version())
        && unplaced.contains(version);
  }

  // ---- 8

  private void switchAliases() {
    for (CatalogEntry entry : new TreeMap<>(view.catalog()).values()) {
      for (Map.Entry<String, Alias> alias : new TreeMap<>(entry.aliases()).entrySet()) {
        Set<Long> pending = alias.getValue().pending().keySet();
        if (!pending.isEmpty()
            && pending.stream().allMatch(version -> isWarm(entry, version))
            && !entry.deleted()) {
          actions.add(
              new ControlAction.SwitchAlias(entry.spec().name(), alias.getKey(), entry.revision()));
        }
      }
    }
  }

  /**
   * Whether a version may take a label's requests: every wanted replica is READY, or where some
   * find no room, every one that has a node, and at least one.
   */
  private boolean isWarm(CatalogEntry entry, long version) {
    String model = entry.spec().name();
    int ready = versions.ready(model, version);
    if (!entry.versions().contains(version) || ready == 0) {
      return false;
    }
    boolean rest = unplaced.contains(new ModelVersionId(model, version));
    return ready >= entry.spec().replicas().min() || rest && versions.isSettled(model, version);
  }
}
