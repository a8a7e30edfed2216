package io.dunlin.gateway.http.admin;

import io.dunlin.gateway.http.admin.history.EventHistory;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.Reports;
import io.dunlin.gateway.routing.RoutingTableBuilder;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.Snapshots;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import io.dunlin.shared.protocol.ControlProtocol;
import io.dunlin.shared.protocol.ControlProtocol.Accepted;
import io.dunlin.shared.protocol.ControlProtocol.Command;
import io.dunlin.shared.protocol.ControlProtocol.Rejected;
import io.dunlin.shared.protocol.ControlProtocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of two nodes with room for one replica of a version each, and a controller that keeps
 * the catalog by the real one's rules. Every source holds versions 1 and 2. Replicas are READY as
 * soon as they are wanted.
 */
final class FakeCluster {
  private static final List<String> NODES = List.of("node-a", "node-b");

  private final ClusterPicture picture;
  private final RoutingTables tables;
  private final EventHistory history;

  // guarded by this
  private final Map<String, CatalogEntry> catalog = new TreeMap<>();
  private final TreeSet<String> draining = new TreeSet<>();

  FakeCluster(ClusterPicture picture, RoutingTables tables, EventHistory history) {
    this.picture = picture;
    this.tables = tables;
    this.history = history;
    publish();
  }

  Behavior<Command> controller() {
    return Behaviors.receiveMessage(
        command -> {
          onCommand(command);
          return Behaviors.same();
        });
  }

  private void onCommand(Command command) {
    switch (command) {
      case ControlProtocol.Deploy c -> c.replyTo().tell(deploy(c.spec(), c.ifRevision()));
      case ControlProtocol.Undeploy c -> c.replyTo().tell(undeploy(c.model(), c.ifRevision()));
      case ControlProtocol.SetAlias c ->
          c.replyTo().tell(setAlias(c.model(), c.alias(), c.weights(), c.ifRevision()));
      case ControlProtocol.Rollback c ->
          c.replyTo().tell(rollback(c.model(), c.alias(), c.ifRevision()));
      case ControlProtocol.SetDraining c -> c.replyTo().tell(drain(c.nodeId(), c.draining()));
      case ControlProtocol.ExplainPlacement c ->
          c.replyTo().tell(new ControlProtocol.Explained(explain(c.model())));
      case ControlProtocol.DryRun c ->
          c.replyTo().tell(new ControlProtocol.DryRunDone(dryRun(c.spec(), c.lostNodes())));
      case ControlProtocol.RepositorySeen seen -> {}
    }
  }

  private synchronized Reply deploy(ModelSpec spec, @Nullable Long expected) {
    CatalogEntry before = catalog.get(spec.name());
    Reply stale = stale(spec.name(), before, expected);
    if (stale != null) {
      return stale;
    }
    Map<String, Alias> aliases = before == null ? Map.of() : before.aliases();
    return store(spec, List.of(1L, 2L), aliases, before, false);
  }

  private synchronized Reply undeploy(String model, @Nullable Long expected) {
    CatalogEntry before = catalog.get(model);
    if (before == null || before.deleted()) {
      return new Rejected(Failure.notFound("model '" + model + "' is not deployed"));
    }
    Reply stale = stale(model, before, expected);
    return stale != null ? stale : store(before.spec(), List.of(), Map.of(), before, true);
  }

  private synchronized Reply setAlias(
      String model, String alias, Map<Long, Integer> weights, @Nullable Long expected) {
    CatalogEntry before = catalog.get(model);
    Reply stale = stale(model, before, expected);
    if (stale != null || before == null) {
      return stale == null ? new Rejected(Failure.notFound(model)) : stale;
    }
    if (!before.versions().containsAll(weights.keySet())) {
      return new Rejected(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "version: " + weights.keySet() + " (expected: one of " + before.versions() + ")"));
    }
    Map<String, Alias> aliases = new TreeMap<>(before.aliases());
    Alias old = aliases.remove(alias);
    if (!weights.isEmpty()) {
      aliases.put(
          alias,
          new Alias(
              weights,
              old == null ? Map.of() : old.active(),
              Map.of(),
              old == null ? 1 : old.epoch() + 1));
    }
    return store(before.spec(), before.versions(), aliases, before, false);
  }

  private Reply rollback(String model, String alias, @Nullable Long expected) {
    Alias current;
    synchronized (this) {
      CatalogEntry entry = catalog.get(model);
      current = entry == null ? null : entry.aliases().get(alias);
    }
    if (current == null || current.previous().isEmpty()) {
      return new Rejected(
          new Failure(
              FailureCode.FAILED_PRECONDITION,
              "alias '" + alias + "' was never switched (expected: one to go back from)"));
    }
    return setAlias(model, alias, current.previous(), expected);
  }

  private synchronized Reply drain(String node, boolean drain) {
    if (drain) {
      draining.add(node);
    } else {
      draining.remove(node);
    }
    publish();
    return new Accepted("", 1);
  }

  private synchronized PlacementReport explain(String model) {
    CatalogEntry entry = catalog.get(model);
    if (entry == null) {
      throw new IllegalArgumentException(model);
    }
    List<PlacementReport.Decision> decisions = new ArrayList<>();
    int placed = 0;
    for (long version : entry.versions()) {
      for (int i = 0; i < entry.spec().replicas().min(); i++) {
        ReplicaId replica = Reports.replica(model, version, i);
        boolean fits = i < NODES.size();
        placed += fits ? 1 : 0;
        decisions.add(decision(replica, fits ? NODES.get(i) : ""));
      }
    }
    int wanted = entry.versions().size() * entry.spec().replicas().min();
    return new PlacementReport(model, entry.revision(), wanted, placed, decisions, 0);
  }

  private static PlacementReport.Decision decision(ReplicaId replica, String node) {
    boolean placed = !node.isEmpty();
    List<PlacementReport.Candidate> candidates = new ArrayList<>();
    for (String candidate : NODES) {
      boolean wins = candidate.equals(node);
      candidates.add(
          new PlacementReport.Candidate(
              candidate,
              "cpu",
              wins || placed
                  ? List.of()
                  : List.of(new PlacementReport.Rejection("spread", "holds one already")),
              wins
                  ? new PlacementReport.Score(0.6, List.of(new PlacementReport.Part("spread", 0.6)))
                  : null));
    }
    return new PlacementReport.Decision(
        replica,
        placed ? PlacementReport.Outcome.KEPT : PlacementReport.Outcome.NOT_PLACED,
        node,
        placed ? "cpu" : "",
        "",
        "",
        null,
        candidates,
        0,
        placed ? Map.of() : Map.of("spread", 2),
        placed ? List.of() : List.of("another node joined"));
  }

  private synchronized DryRunReport dryRun(@Nullable ModelSpec spec, List<String> lost) {
    List<ReplicaId> displaced =
        catalog.values().stream()
            .flatMap(entry -> replicas(entry).stream())
            .filter(replica -> lost.contains(NODES.get(replica.ordinal())))
            .toList();
    List<DryRunReport.Step> starts =
        spec == null
            ? List.of()
            : List.of(new DryRunReport.Step(Reports.replica(spec.name(), 1, 0), "node-a"));
    return new DryRunReport(
        displaced.isEmpty(), displaced, displaced, starts, List.of(), List.of());
  }

  private static @Nullable Reply stale(
      String model, @Nullable CatalogEntry before, @Nullable Long expected) {
    long current = before == null ? 0 : before.revision();
    return expected == null || expected == current
        ? null
        : new Rejected(
            new Failure(
                FailureCode.STALE_REVISION,
                "revision: "
                    + expected
                    + " (expected: "
                    + current
                    + ", the current one of model '"
                    + model
                    + "')"));
  }

  private Reply store(
      ModelSpec spec,
      List<Long> versions,
      Map<String, Alias> aliases,
      @Nullable CatalogEntry before,
      boolean deleted) {
    long revision = before == null ? 1 : before.revision() + 1;
    catalog.put(
        spec.name(),
        new CatalogEntry(spec, versions, aliases, revision, CatalogEntry.FROM_ADMIN, deleted));
    publish();
    return new Accepted(spec.name(), revision);
  }

  private static List<ReplicaId> replicas(CatalogEntry entry) {
    List<ReplicaId> replicas = new ArrayList<>();
    for (long version : entry.versions()) {
      for (int i = 0; i < Math.min(NODES.size(), entry.spec().replicas().min()); i++) {
        replicas.add(Reports.replica(entry.spec().name(), version, i));
      }
    }
    return replicas;
  }

  private void publish() {
    Snapshots snapshots = new Snapshots();
    catalog.values().forEach(snapshots::entry);
    draining.forEach(node -> snapshots.order(node, true, 1));
    for (int i = 0; i < NODES.size(); i++) {
      snapshots.node(node(i));
    }
    catalog.values().stream()
        .flatMap(entry -> replicas(entry).stream())
        .forEach(r -> snapshots.assigned(r.entityId(), NODES.get(r.ordinal())));
    snapshots.gateway("gateway-a");
    ClusterSnapshot snapshot = snapshots.build();
    Map<String, ModelDescription> descriptions = new TreeMap<>();
    for (CatalogEntry entry : catalog.values()) {
      for (long version : entry.versions()) {
        var description = Reports.description(entry.spec().name(), version);
        descriptions.put(description.version().toString(), description);
      }
    }
    tables.publish(
        RoutingTableBuilder.build(catalog, snapshot.nodes(), List.of(), descriptions, true));
    picture.publish(snapshot);
    history.observe(snapshot);
  }

  private NodeReport node(int index) {
    List<ReplicaReport> held = new ArrayList<>();
    for (CatalogEntry entry : catalog.values()) {
      for (ReplicaId replica : replicas(entry)) {
        if (replica.ordinal() == index && !draining.contains(NODES.get(index))) {
          held.add(
              new ReplicaReport(
                  replica, ReplicaState.READY, "", 12, 1 << 20, 0, ReplicaReport.Work.NONE));
        }
      }
    }
    return Reports.node(NODES.get(index), held.toArray(ReplicaReport[]::new));
  }
}
