package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes a {@link RoutingTable} of desired and observed state; pure and deterministic. */
public final class RoutingTableBuilder {
  private RoutingTableBuilder() {}

  /**
   * @param catalog desired state by model
   * @param reachable reports of members that every member can reach
   * @param suspects reports of members that some member cannot reach: they may serve this gateway
   *     well, so they keep their routes until they are removed
   * @param descriptions by {@code model/version}
   * @param complete whether the catalogue was read since this process joined
   */
  public static RoutingTable build(
      Map<String, CatalogEntry> catalog,
      Collection<NodeReport> reachable,
      Collection<NodeReport> suspects,
      Map<String, ModelDescription> descriptions,
      boolean complete) {
    Map<ModelVersionId, List<ReplicaReport>> replicas = new TreeMap<>();
    Map<ModelVersionId, List<RoutingTable.Route>> routes = new HashMap<>();
    Comparator<NodeReport> byId = Comparator.comparing(NodeReport::nodeId);
    reachable.stream().sorted(byId).forEach(node -> collect(node, false, replicas, routes));
    suspects.stream().sorted(byId).forEach(node -> collect(node, true, replicas, routes));
    Map<String, ServedModel> models = new TreeMap<>();
    for (CatalogEntry entry : catalog.values()) {
      ServedModel model = model(entry, replicas, descriptions);
      if (!entry.deleted() || !model.versions().isEmpty()) {
        models.put(model.name(), model);
      }
    }
    return new RoutingTable(Map.copyOf(models), Map.copyOf(routes), complete);
  }

  private static void collect(
      NodeReport node,
      boolean suspect,
      Map<ModelVersionId, List<ReplicaReport>> replicas,
      Map<ModelVersionId, List<RoutingTable.Route>> routes) {
    for (ReplicaReport report : node.replicas()) {
      ModelVersionId version = report.replica().version();
      replicas.computeIfAbsent(version, key -> new ArrayList<>()).add(report);
      if (report.state() == ReplicaState.READY) {
        routes
            .computeIfAbsent(version, key -> new ArrayList<>())
            .add(
                new RoutingTable.Route(
                    report.replica(), node.nodeId(), node.dataHost(), node.dataPort(), suspect));
      }
    }
  }

  private static ServedModel model(
      CatalogEntry entry,
      Map<ModelVersionId, List<ReplicaReport>> replicas,
      Map<String, ModelDescription> descriptions) {
    String name = entry.spec().name();
    TreeSet<Long> numbers = new TreeSet<>(Comparator.reverseOrder());
    numbers.addAll(entry.versions());
    replicas.keySet().stream()
        .filter(version -> version.model().equals(name))
        .forEach(version -> numbers.add(version.version()));
    List<ServedVersion> versions = new ArrayList<>();
    for (long number : numbers) {
      ModelVersionId id = new ModelVersionId(name, number);
      versions.add(
          version(
              entry,
              number,
              replicas.getOrDefault(id, List.of()),
              descriptions.get(id.toString())));
    }
    return new ServedModel(name, List.copyOf(versions), entry.aliases());
  }

  private static ServedVersion version(
      CatalogEntry entry,
      long number,
      List<ReplicaReport> replicas,
      @Nullable ModelDescription description) {
    ReplicaState state = ReplicaState.PENDING;
    String reason = replicas.isEmpty() ? "waiting to be placed" : "";
    int ready = 0;
    int best = -1;
    for (ReplicaReport report : replicas) {
      int rank = rank(report.state());
      if (rank > best) {
        best = rank;
        state = report.state();
        reason = report.reason();
      }
      if (report.state() == ReplicaState.READY) {
        ready++;
      }
    }
    boolean desired = !entry.deleted() && entry.versions().contains(number);
    return new ServedVersion(
        number, desired, state, ready, reason, description, entry.spec().timeout());
  }

  /** How near to serving a state is; the version shows that of its best replica. */
  private static int rank(ReplicaState state) {
    return switch (state) {
      case UNLOADED -> 0;
      case UNLOADING -> 1;
      case FAILED -> 2;
      case DRAINING -> 3;
      case PENDING -> 4;
      case LOADING -> 5;
      case WARMING -> 6;
      case READY -> 7;
    };
  }
}
