package io.dunlin.node.control;

import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.node.placement.ClusterSnapshot;
import io.dunlin.node.placement.DecisionRecord;
import io.dunlin.node.placement.DesiredReplicas;
import io.dunlin.node.placement.DryRun;
import io.dunlin.node.placement.PlacementPlan;
import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementStep;
import io.dunlin.node.placement.WhatIf;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers questions about placement; pure, changes nothing. */
final class Questions {
  /** Replicas and steps listed in one dry run, of each kind. */
  static final int MAX_LISTED = 400;

  /** Models explained in one dry run. */
  static final int MAX_MODELS = 8;

  /** Below the control plane's frame of 256 KiB, with room for what is around it. */
  static final int MAX_REPORT_BYTES = 160 << 10;

  private final PlacementPlanner planner;

  Questions(PlacementPlanner planner) {
    this.planner = planner;
  }

  /** Why a model's replicas are where they are. */
  ControlProtocol.Reply explain(ClusterView view, String model) {
    CatalogEntry entry = view.catalog().get(model);
    if (entry == null || entry.deleted()) {
      return new ControlProtocol.Rejected(
          Failure.notFound("model '" + model + "' is not deployed"));
    }
    Map<ReplicaId, Observed> observed = view.observed();
    ModelVersions versions = ModelVersions.of(view, observed);
    PlacementPlan plan = planner.plan(PlacementView.of(view, observed, versions));
    return new ControlProtocol.Explained(report(plan, entry, observed, MAX_REPORT_BYTES));
  }

  /** What would happen. */
  ControlProtocol.Reply dryRun(ClusterView view, @Nullable ModelSpec spec, List<String> lostNodes) {
    Set<String> unknown = new TreeSet<>(lostNodes);
    unknown.removeAll(view.nodes().keySet());
    if (!unknown.isEmpty()) {
      return new ControlProtocol.Rejected(
          Failure.notFound(
              "node: " + unknown + " (expected: of " + new TreeSet<>(view.nodes().keySet()) + ")"));
    }
    Map<ReplicaId, Observed> observed = view.observed();
    ClusterSnapshot snapshot = PlacementView.of(view, observed, ModelVersions.of(view, observed));
    List<DesiredReplicas> changed = spec == null ? List.of() : desired(view, spec);
    DryRun run = planner.dryRun(snapshot, new WhatIf(changed, Set.copyOf(lostNodes)));
    return new ControlProtocol.DryRunDone(report(view, observed, run, spec));
  }

  /**
   * The versions it serves now or, for a model or source that nobody has looked at, one of no known
   * size.
   */
  private static List<DesiredReplicas> desired(ClusterView view, ModelSpec spec) {
    CatalogEntry entry = view.catalog().get(spec.name());
    List<Long> versions = List.of(1L);
    if (entry != null
        && !entry.deleted()
        && !entry.versions().isEmpty()
        && entry.spec().source().equals(spec.source())) {
      versions = entry.versions();
    }
    return versions.stream()
        .map(version -> PlacementView.desired(view, spec, version, spec.replicas().min()))
        .toList();
  }

  private DryRunReport report(
      ClusterView view, Map<ReplicaId, Observed> observed, DryRun run, @Nullable ModelSpec spec) {
    List<ReplicaId> displaced = run.displaced();
    List<ReplicaId> newlyUnplaced = run.newlyUnplaced();
    boolean specFits =
        spec == null
            || run.changed().unplaced().stream()
                .noneMatch(u -> u.replica().version().model().equals(spec.name()));
    Set<String> touched = new TreeSet<>();
    displaced.forEach(replica -> touched.add(replica.version().model()));
    newlyUnplaced.forEach(replica -> touched.add(replica.version().model()));
    List<CatalogEntry> explained = new ArrayList<>();
    if (spec != null) {
      touched.remove(spec.name());
      CatalogEntry entry = view.catalog().get(spec.name());
      long revision = entry == null ? 0 : entry.revision();
      explained.add(
          new CatalogEntry(spec, List.of(), Map.of(), revision, CatalogEntry.FROM_ADMIN, false));
    }
    for (String model : touched) {
      CatalogEntry entry = view.catalog().get(model);
      if (entry != null && explained.size() < MAX_MODELS) {
        explained.add(entry);
      }
    }
    List<PlacementReport> models = new ArrayList<>();
    for (CatalogEntry entry : explained) {
      models.add(report(run.changed(), entry, observed, MAX_REPORT_BYTES / 2 / explained.size()));
    }
    return new DryRunReport(
        newlyUnplaced.isEmpty() && specFits,
        first(displaced),
        first(newlyUnplaced),
        first(newSteps(run, PlacementStep.Start.class)),
        first(newSteps(run, PlacementStep.Stop.class)),
        List.copyOf(models));
  }

  private static <T> List<T> first(List<T> all) {
    return List.copyOf(all.subList(0, Math.min(MAX_LISTED, all.size())));
  }

  /** Steps of the changed plan that are not done anyway. */
  private static List<DryRunReport.Step> newSteps(DryRun run, Class<?> kind) {
    Set<DryRunReport.Step> today = new HashSet<>(steps(run.today(), kind));
    return steps(run.changed(), kind).stream().filter(step -> !today.contains(step)).toList();
  }

  private static List<DryRunReport.Step> steps(PlacementPlan plan, Class<?> kind) {
    return plan.steps().stream()
        .filter(kind::isInstance)
        .map(step -> new DryRunReport.Step(step.replica(), step.node()))
        .toList();
  }

  private PlacementReport report(
      PlacementPlan plan, CatalogEntry entry, Map<ReplicaId, Observed> observed, int maxBytes) {
    String model = entry.spec().name();
    int wanted = 0;
    Set<Long> versions = new HashSet<>();
    for (DesiredReplicas of : plan.snapshot().desired()) {
      if (of.spec().name().equals(model)) {
        wanted += of.count();
        versions.add(of.version());
      }
    }
    long placed =
        plan.replicas().stream()
            .filter(r -> r.replica().version().model().equals(model))
            .filter(r -> versions.contains(r.replica().version().version()))
            .count();
    List<DecisionRecord> records = planner.explain(plan, model);
    return new PlacementReports(plan.snapshot(), observed, maxBytes)
        .report(model, entry.revision(), wanted, (int) placed, records);
  }
}
