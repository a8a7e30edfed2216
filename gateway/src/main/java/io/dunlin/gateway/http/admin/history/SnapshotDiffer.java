package io.dunlin.gateway.http.admin.history;

import io.dunlin.gateway.routing.ClusterMember;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened between two snapshots, in a fixed order: members, nodes, models, aliases, replicas.
 * Pure. The first snapshot counts as everything having just appeared.
 *
 * <p>A replica of a node that was lost makes no events of its own: the member's say it all.
 */
public final class SnapshotDiffer {
  private final List<ClusterChange> changes = new ArrayList<>();

  private record Placed(String node, ReplicaReport report) {}

  private SnapshotDiffer() {}

  /**
   * @param before null for the first
   */
  public static List<ClusterChange> between(
      @Nullable ClusterSnapshot before, ClusterSnapshot after) {
    SnapshotDiffer differ = new SnapshotDiffer();
    differ.members(before, after);
    differ.drains(before, after);
    differ.models(before == null ? Map.of() : before.catalog(), after.catalog());
    differ.replicas(before, after);
    return List.copyOf(differ.changes);
  }

  private void members(@Nullable ClusterSnapshot before, ClusterSnapshot after) {
    Map<String, ClusterMember> was = membersById(before);
    Map<String, ClusterMember> is = membersById(after);
    is.forEach(
        (id, member) -> {
          ClusterMember old = was.get(id);
          if (old == null || !old.status().equals(member.status())) {
            add("member." + member.status().toLowerCase(Locale.ROOT), after, member);
          }
          boolean wasReachable = old == null || old.reachable();
          if (wasReachable != member.reachable()) {
            add(member.reachable() ? "member.reachable" : "member.unreachable", after, member);
          }
        });
    was.forEach(
        (id, member) -> {
          if (!is.containsKey(id) && before != null) {
            add("member.removed", before, member);
          }
        });
  }

  private static Map<String, ClusterMember> membersById(@Nullable ClusterSnapshot snapshot) {
    Map<String, ClusterMember> byId = new TreeMap<>();
    if (snapshot != null) {
      snapshot.members().forEach(m -> byId.put(m.address() + "#" + m.incarnation(), m));
    }
    return byId;
  }

  private void add(String type, ClusterSnapshot snapshot, ClusterMember member) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("address", member.hostPort());
    details.put("roles", String.join(",", new TreeSet<>(member.roles())));
    changes.add(new ClusterChange(type, snapshot.nameOf(member), details));
  }

  private void drains(@Nullable ClusterSnapshot before, ClusterSnapshot after) {
    Map<String, Boolean> was = draining(before);
    draining(after)
        .forEach(
            (node, draining) -> {
              if (!draining.equals(was.getOrDefault(node, false))) {
                String type = draining ? "node.draining" : "node.resumed";
                changes.add(new ClusterChange(type, node, Map.of()));
              }
            });
  }

  private static Map<String, Boolean> draining(@Nullable ClusterSnapshot snapshot) {
    Map<String, Boolean> draining = new TreeMap<>();
    if (snapshot != null) {
      for (NodeReport node : snapshot.nodes()) {
        draining.put(node.nodeId(), node.draining() || snapshot.isOrderedToDrain(node));
      }
    }
    return draining;
  }

  private void models(Map<String, CatalogEntry> was, Map<String, CatalogEntry> is) {
    new TreeMap<>(is)
        .forEach(
            (model, entry) -> {
              CatalogEntry old = was.get(model);
              boolean wasThere = old != null && !old.deleted();
              boolean changed = old == null || old.revision() != entry.revision();
              if (changed && (wasThere || !entry.deleted())) {
                modelChanged(wasThere, entry);
              }
              aliases(model, old == null ? Map.of() : old.aliases(), entry.aliases());
            });
  }

  private void modelChanged(boolean wasThere, CatalogEntry entry) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("revision", entry.revision());
    details.put("origin", entry.origin());
    details.put("versions", entry.versions());
    String type =
        entry.deleted() ? "model.undeployed" : wasThere ? "model.changed" : "model.deployed";
    changes.add(new ClusterChange(type, entry.spec().name(), details));
  }

  private void aliases(String model, Map<String, Alias> was, Map<String, Alias> is) {
    new TreeMap<>(is)
        .forEach(
            (label, alias) -> {
              Alias old = was.get(label);
              if (!alias.pending().isEmpty()
                  && (old == null || !old.pending().equals(alias.pending()))) {
                alias("alias.pending", model, label, alias.epoch(), alias.pending());
              }
              if (!alias.active().isEmpty() && (old == null || old.epoch() != alias.epoch())) {
                alias("alias.switched", model, label, alias.epoch(), alias.active());
              }
            });
    new TreeMap<>(was)
        .forEach(
            (label, alias) -> {
              if (!is.containsKey(label)) {
                alias("alias.removed", model, label, alias.epoch(), Map.of());
              }
            });
  }

  private void alias(
      String type, String model, String label, long epoch, Map<Long, Integer> weights) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("model", model);
    details.put("alias", label);
    details.put("epoch", epoch);
    Map<String, Object> split = new LinkedHashMap<>();
    new TreeMap<>(weights).forEach((version, weight) -> split.put(version.toString(), weight));
    details.put("weights", split);
    changes.add(new ClusterChange(type, model + "/" + label, details));
  }

  private void replicas(@Nullable ClusterSnapshot before, ClusterSnapshot after) {
    Map<ReplicaId, Placed> was = placed(before);
    Map<ReplicaId, Placed> is = placed(after);
    is.forEach(
        (replica, placed) -> {
          Placed old = was.get(replica);
          boolean moved = old != null && !old.node().equals(placed.node());
          if (old == null || moved || old.report().state() != placed.report().state()) {
            replica(old == null ? null : old.report().state(), placed);
          }
        });
    was.forEach(
        (replica, old) -> {
          boolean nodeLives =
              after.nodes().stream().anyMatch(node -> node.nodeId().equals(old.node()));
          if (!is.containsKey(replica)
              && nodeLives
              && old.report().state() != ReplicaState.UNLOADED) {
            replica(
                old.report().state(),
                new Placed(old.node(), ReplicaReport.of(replica, ReplicaState.UNLOADED, "")));
          }
        });
  }

  private void replica(@Nullable ReplicaState from, Placed placed) {
    ReplicaReport report = placed.report();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("model", report.replica().version().model());
    details.put("version", report.replica().version().version());
    details.put("node", placed.node());
    if (from != null) {
      details.put("from", from.name());
    }
    details.put("state", report.state().name());
    if (!report.reason().isEmpty()) {
      details.put("reason", report.reason());
    }
    if (report.state() == ReplicaState.READY && report.loadMillis() > 0) {
      details.put("loadMillis", report.loadMillis());
    }
    changes.add(new ClusterChange("replica.state", report.replica().entityId(), details));
  }

  private static Map<ReplicaId, Placed> placed(@Nullable ClusterSnapshot snapshot) {
    Map<ReplicaId, Placed> placed = new TreeMap<>();
    if (snapshot != null) {
      for (NodeReport node : snapshot.nodes()) {
        for (ReplicaReport report : node.replicas()) {
          placed.put(report.replica(), new Placed(node.nodeId(), report));
        }
      }
    }
    return placed;
  }
}
