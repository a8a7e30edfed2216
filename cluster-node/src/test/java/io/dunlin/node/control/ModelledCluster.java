package io.dunlin.node.control;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementSettings;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ControlProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A cluster in memory: tables, nodes whose replicas obey commands a step at a time, and a
 * controller that can be killed after any action. What survives it are the tables alone.
 */
final class ModelledCluster {
  private static final long LOADED_BYTES = 64 << 20;

  private final PlacementPlanner planner = new PlacementPlanner(PlacementSettings.DEFAULT);
  private final Map<String, CatalogEntry> catalog = new TreeMap<>();
  private final Map<String, Assignment> assignments = new TreeMap<>();
  private final Map<String, NodeOrder> orders = new TreeMap<>();
  private final Map<String, TreeMap<ReplicaId, ReplicaState>> nodes = new TreeMap<>();
  private final Map<String, ControlProtocol.RepositoryModel> repository = new TreeMap<>();
  private final Set<Long> broken = new HashSet<>();
  private final Map<ReplicaId, Long> follows = new HashMap<>();
  private final Map<ReplicaId, Long> loaded = new HashMap<>();
  private final Consumer<ModelledCluster> afterEachChange;
  private ControlState controller;
  private int actions;

  /** Actions after which the controller dies, counted over the whole run; each happens once. */
  private final Set<Integer> deaths;

  ModelledCluster(Set<Integer> deaths, Consumer<ModelledCluster> afterEachChange) {
    this.deaths = deaths;
    this.afterEachChange = afterEachChange;
    this.controller = newController();
  }

  // ---- what happens to it

  ModelledCluster node(String id) {
    nodes.put(id, new TreeMap<>());
    controller.membersAre(members());
    return this;
  }

  void lose(String id) {
    nodes.remove(id);
    controller.membersAre(members());
  }

  void source(ModelSpec spec, Long... versions) {
    repository.put(spec.name(), ControlProtocol.RepositoryModel.of(spec, List.of(versions)));
    look();
  }

  void breakVersion(long version) {
    broken.add(version);
  }

  void deploy(ModelSpec spec) {
    stored(controller.catalog().deploy(spec, null));
  }

  void undeploy(String model) {
    stored(controller.catalog().undeploy(model, null));
  }

  void alias(String model, String label, Map<Long, Integer> weights) {
    stored(controller.catalog().setAlias(model, label, weights, null));
  }

  void drain(String node, boolean draining) {
    observe();
    orders.put(node, controller.order(node, draining, Instant.EPOCH, Instant.EPOCH).orElseThrow());
  }

  // ---- what it shows

  int actions() {
    return actions;
  }

  Map<String, CatalogEntry> catalog() {
    return catalog;
  }

  long ready(String model) {
    return nodes.values().stream()
        .flatMap(replicas -> replicas.entrySet().stream())
        .filter(r -> r.getKey().version().model().equals(model))
        .filter(r -> r.getValue() == ReplicaState.READY)
        .count();
  }

  /** READY replicas that follow an older spec than the model's, or were loaded for one. */
  Set<ReplicaId> behind() {
    Set<ReplicaId> behind = new HashSet<>();
    for (TreeMap<ReplicaId, ReplicaState> node : nodes.values()) {
      node.forEach(
          (replica, state) -> {
            CatalogEntry entry = catalog.get(replica.version().model());
            if (state == ReplicaState.READY
                && entry != null
                && (follows.getOrDefault(replica, 0L) < entry.specRevision()
                    || loaded.getOrDefault(replica, 0L) < entry.loadRevision())) {
              behind.add(replica);
            }
          });
    }
    return behind;
  }

  /** Every replica there is, {@code m/1 READY on [a, b]}. */
  Map<String, List<String>> held() {
    Map<String, List<String>> held = new TreeMap<>();
    nodes.forEach(
        (node, replicas) ->
            replicas.forEach(
                (replica, state) ->
                    held.computeIfAbsent(replica.version() + " " + state, key -> new ArrayList<>())
                        .add(node)));
    return held;
  }

  Set<String> assigned() {
    return assignments.keySet();
  }

  Map<String, Assignment> assignments() {
    return assignments;
  }

  // ---- its course

  /** Passes and replica steps until nothing happens any more. */
  void settle() {
    for (int round = 0; round < 300; round++) {
      int before = actions;
      boolean killed = pass();
      boolean moved = step();
      if (actions == before && !moved && !killed) {
        return;
      }
    }
    throw new AssertionError("not at rest: " + held() + " " + assignments);
  }

  /** One pass; true when the controller died in it. */
  private boolean pass() {
    observe();
    for (ControlAction action : Reconciler.reconcile(controller.view(0), planner)) {
      apply(action);
      afterEachChange.accept(this);
      if (deaths.contains(++actions)) {
        controller = newController();
        look();
        return true;
      }
    }
    return false;
  }

  private void apply(ControlAction action) {
    switch (action) {
      case ControlAction.Assign assign -> assign(assign.replica(), assign.assignment());
      case ControlAction.Unassign unassign -> {
        controller.unassigned(unassign.replica(), 0);
        assignments.remove(unassign.replica().entityId());
      }
      case ControlAction.Start start -> start(start.replica(), start.revision());
      case ControlAction.Stop stop -> {
        controller.unassigned(stop.replica(), 0);
        assignments.remove(stop.replica().entityId());
        controller.stopTold(stop.replica(), 0);
        stop(stop.replica());
      }
      case ControlAction.Reconfigure change -> follows.put(change.replica(), change.revision());
      case ControlAction.SwitchAlias change ->
          controller
              .catalog()
              .switchAlias(change.model(), change.alias(), change.revision())
              .ifPresent(entry -> catalog.put(change.model(), entry));
    }
  }

  private void assign(ReplicaId replica, Assignment assignment) {
    controller.assigned(replica, assignment);
    assignments.put(replica.entityId(), assignment);
    controller.written(replica);
  }

  private void start(ReplicaId replica, long revision) {
    Assignment assignment = assignments.get(replica.entityId());
    TreeMap<ReplicaId, ReplicaState> node =
        assignment == null ? null : nodes.get(assignment.nodeId());
    if (node != null) {
      if (!node.containsKey(replica) || node.get(replica) == ReplicaState.FAILED) {
        follows.put(replica, revision);
        loaded.put(replica, revision);
      }
      node.merge(
          replica,
          ReplicaState.PENDING,
          (now, pending) -> now == ReplicaState.FAILED ? pending : now);
    }
  }

  private void stop(ReplicaId replica) {
    for (TreeMap<ReplicaId, ReplicaState> node : nodes.values()) {
      ReplicaState state = node.get(replica);
      if (state == ReplicaState.READY) {
        node.put(replica, ReplicaState.DRAINING);
      } else if (state != null && state != ReplicaState.DRAINING) {
        node.remove(replica);
      }
    }
  }

  /** Every replica one state further; true when any moved. */
  private boolean step() {
    boolean moved = false;
    for (TreeMap<ReplicaId, ReplicaState> node : nodes.values()) {
      for (ReplicaId replica : List.copyOf(node.keySet())) {
        ReplicaState state = node.getOrDefault(replica, ReplicaState.UNLOADED);
        ReplicaState next = next(replica, state);
        if (next == ReplicaState.UNLOADED) {
          node.remove(replica);
        } else {
          node.put(replica, next);
        }
        moved |= next != state;
      }
    }
    afterEachChange.accept(this);
    return moved;
  }

  private ReplicaState next(ReplicaId replica, ReplicaState state) {
    return switch (state) {
      case PENDING -> ReplicaState.LOADING;
      case LOADING ->
          broken.contains(replica.version().version()) ? ReplicaState.FAILED : ReplicaState.WARMING;
      case WARMING -> ReplicaState.READY;
      case DRAINING -> ReplicaState.UNLOADING;
      case UNLOADING, UNLOADED -> ReplicaState.UNLOADED;
      case READY -> ReplicaState.READY;
      case FAILED -> ReplicaState.FAILED;
    };
  }

  private ControlState newController() {
    ControlState state = new ControlState(0, Duration.ZERO);
    state.catalog().replicated(catalog);
    state.assignmentsRead(assignments);
    state.ordersRead(orders);
    state.membersAre(members());
    return state;
  }

  private void look() {
    observe();
    nodes.keySet().stream()
        .limit(1)
        .forEach(
            node ->
                controller
                    .catalog()
                    .repositorySeen(
                        new ControlProtocol.RepositorySeen(node, List.copyOf(repository.values())),
                        Set.of(node))
                    .forEach(entry -> catalog.put(entry.spec().name(), entry)));
  }

  private void stored(CatalogKeeper.Change change) {
    CatalogEntry entry = ((CatalogKeeper.Change.Write) change).entry();
    catalog.put(entry.spec().name(), entry);
  }

  private void observe() {
    Map<String, NodeReport> reports = new HashMap<>();
    nodes.forEach(
        (id, replicas) -> {
          List<ReplicaReport> all = new ArrayList<>();
          replicas.forEach((replica, state) -> all.add(report(replica, state)));
          reports.put(id, Views.report(id, all));
        });
    controller.reportsAre(reports);
  }

  private ReplicaReport report(ReplicaId replica, ReplicaState state) {
    boolean holds = state != ReplicaState.PENDING && state != ReplicaState.FAILED;
    return new ReplicaReport(
        replica,
        state,
        "",
        0,
        holds ? LOADED_BYTES : 0,
        0,
        ReplicaReport.Work.NONE,
        follows.getOrDefault(replica, 0L));
  }

  private Members members() {
    Map<String, Members.Member> members = new HashMap<>();
    nodes
        .keySet()
        .forEach(
            id -> members.put("pekko://dunlin@" + id + ":1", new Members.Member(1, true, false)));
    return new Members(members);
  }
}
