package io.dunlin.node.control;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Builds cluster views, one fact a call. */
final class Views {
  private final Map<String, CatalogEntry> catalog = new HashMap<>();
  private final Map<ReplicaId, Assignment> assignments = new HashMap<>();
  private final Map<String, List<ReplicaReport>> nodes = new HashMap<>();
  private final Set<ReplicaId> retries = new HashSet<>();
  private final Set<ReplicaId> stopping = new HashSet<>();
  private final Map<String, Condition> conditions = new HashMap<>();
  private final Set<String> awaited = new HashSet<>();
  private final Set<ReplicaId> unconfirmed = new HashSet<>();

  static ReplicaId replica(String model, long version, int ordinal) {
    return new ReplicaId(new ModelVersionId(model, version), ordinal);
  }

  static ModelSpec spec(String model, int replicas) {
    ModelSpec spec = ModelSpec.of(model, "models/" + model);
    return new ModelSpec(
        spec.name(),
        spec.source(),
        spec.versionPolicy(),
        new ModelSpec.Replicas(replicas, replicas),
        spec.device(),
        spec.memoryBytes(),
        spec.batching(),
        spec.queue(),
        spec.timeout(),
        spec.warmup(),
        spec.placement(),
        spec.priority(),
        spec.threading());
  }

  /** A model whose replicas may lie on one node. */
  static ModelSpec sharing(String model, int replicas) {
    ModelSpec spec = spec(model, replicas);
    return new ModelSpec(
        spec.name(),
        spec.source(),
        spec.versionPolicy(),
        spec.replicas(),
        spec.device(),
        spec.memoryBytes(),
        spec.batching(),
        spec.queue(),
        spec.timeout(),
        spec.warmup(),
        new ModelSpec.Placement(List.of(), Map.of(), false),
        spec.priority(),
        spec.threading());
  }

  Views wanted(String model, int replicas, Long... versions) {
    catalog.put(
        model,
        new CatalogEntry(
            spec(model, replicas),
            List.of(versions),
            Map.of(),
            1,
            CatalogEntry.FROM_REPOSITORY,
            false));
    return this;
  }

  Views revision(String model, long revision) {
    return revision(model, revision, revision, 0);
  }

  Views revision(String model, long revision, long specRevision, long loadRevision) {
    CatalogEntry entry = Objects.requireNonNull(catalog.get(model), model);
    catalog.put(
        model,
        new CatalogEntry(
            entry.spec(),
            entry.versions(),
            entry.aliases(),
            revision,
            entry.origin(),
            false,
            specRevision,
            loadRevision));
    return this;
  }

  Views deleted(String model) {
    catalog.put(
        model,
        new CatalogEntry(spec(model, 1), List.of(), Map.of(), 2, CatalogEntry.FROM_ADMIN, true));
    return this;
  }

  Views node(String id) {
    nodes.computeIfAbsent(id, key -> new ArrayList<>());
    return this;
  }

  Views draining(String id) {
    conditions.put(id, Condition.DRAINING);
    return node(id);
  }

  Views assigned(ReplicaId replica, String node) {
    assignments.put(replica, Assignment.to(node, 1));
    return this;
  }

  Views reported(ReplicaId replica, String node, ReplicaState state) {
    nodes.computeIfAbsent(node, key -> new ArrayList<>()).add(ReplicaReport.of(replica, state, ""));
    return this;
  }

  /** Reported with the revision whose spec it follows. */
  Views following(ReplicaId replica, String node, ReplicaState state, long revision) {
    nodes
        .computeIfAbsent(node, key -> new ArrayList<>())
        .add(new ReplicaReport(replica, state, "", 0, 0, 0, ReplicaReport.Work.NONE, revision));
    return this;
  }

  Views toldToStop(ReplicaId replica) {
    stopping.add(replica);
    return this;
  }

  Views retry(ReplicaId replica) {
    retries.add(replica);
    return this;
  }

  Views lost(String id) {
    nodes.remove(id);
    return this;
  }

  Views unreachable(String id) {
    conditions.put(id, Condition.UNREACHABLE);
    return node(id);
  }

  Views awaited(String id) {
    awaited.add(id);
    return this;
  }

  Views assigned(ReplicaId replica, String node, ReplicaId replaces) {
    assignments.put(replica, new Assignment(node, 1, 0, 0, replaces));
    return this;
  }

  Views unconfirmed(ReplicaId replica) {
    unconfirmed.add(replica);
    return this;
  }

  Views failed(ReplicaId replica, String node, String reason) {
    nodes
        .computeIfAbsent(node, key -> new ArrayList<>())
        .add(ReplicaReport.of(replica, ReplicaState.FAILED, reason));
    return this;
  }

  Views alias(String model, String label, Alias alias) {
    CatalogEntry entry = Objects.requireNonNull(catalog.get(model), model);
    catalog.put(
        model,
        new CatalogEntry(
            entry.spec(),
            entry.versions(),
            Map.of(label, alias),
            entry.revision(),
            entry.origin(),
            false));
    return this;
  }

  ClusterView view() {
    Map<String, NodeReport> reports = new HashMap<>();
    Map<String, Condition> all = new HashMap<>();
    nodes.forEach(
        (id, replicas) -> {
          reports.put(id, report(id, false, replicas));
          all.put(id, conditions.getOrDefault(id, Condition.UP));
        });
    return new ClusterView(
        Map.copyOf(catalog),
        Map.copyOf(assignments),
        Set.copyOf(unconfirmed),
        reports,
        all,
        Set.copyOf(awaited),
        Set.copyOf(retries),
        ClusterView.Memory.UNKNOWN,
        Set.copyOf(stopping));
  }

  static NodeReport report(String id, List<ReplicaReport> replicas) {
    return report(id, false, replicas);
  }

  static NodeReport report(String id, boolean draining, List<ReplicaReport> replicas) {
    return new NodeReport(
        id,
        "pekko://dunlin@" + id + ":1",
        1,
        "",
        0,
        "",
        Map.of(),
        new NodeReport.Device("cpu", "cpu", 1L << 30),
        1L << 30,
        draining,
        Instant.EPOCH,
        List.copyOf(replicas),
        NodeReport.Ledger.EMPTY,
        List.of(),
        0,
        List.of("tensorflow_savedmodel"));
  }
}
