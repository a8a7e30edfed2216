package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Builds cluster snapshots for tests: every node it is given is a member that is Up. */
public final class Snapshots {
  private final Map<String, CatalogEntry> catalog = new TreeMap<>();
  private final Map<String, Assignment> assignments = new TreeMap<>();
  private final Map<String, NodeOrder> orders = new TreeMap<>();
  private final List<NodeReport> nodes = new ArrayList<>();
  private final List<NodeReport> lost = new ArrayList<>();
  private final List<GatewayReport> gateways = new ArrayList<>();
  private final List<ClusterMember> members = new ArrayList<>();

  public Snapshots entry(CatalogEntry entry) {
    catalog.put(entry.spec().name(), entry);
    return this;
  }

  public Snapshots assigned(String entityId, String node) {
    assignments.put(entityId, Assignment.to(node, 1));
    return this;
  }

  public Snapshots order(String node, boolean draining, long incarnation) {
    return order(node, new NodeOrder(incarnation, draining, Instant.EPOCH));
  }

  public Snapshots order(String node, NodeOrder order) {
    orders.put(node, order);
    return this;
  }

  public Snapshots node(NodeReport report) {
    nodes.add(report);
    return member(report.address(), report.incarnation(), "node", "Up", true);
  }

  public Snapshots lost(NodeReport report) {
    lost.add(report);
    return member(report.address(), report.incarnation(), "node", "Up", false);
  }

  public Snapshots gateway(String id) {
    String address = "pekko://dunlin@" + id + ":1";
    gateways.add(new GatewayReport(id, address, 1, "h:1", "a:2", Instant.EPOCH));
    return member(address, 1, "gateway", "Up", true);
  }

  public Snapshots member(
      String address, long incarnation, String role, String status, boolean reachable) {
    members.add(
        new ClusterMember(
            address,
            address.substring(address.indexOf('@') + 1),
            incarnation,
            Set.of(role),
            status,
            reachable,
            "0.1.0",
            members.size()));
    return this;
  }

  public ClusterSnapshot build() {
    String first = members.isEmpty() ? "" : members.get(0).address();
    return new ClusterSnapshot(
        catalog, assignments, orders, nodes, lost, gateways, members, first, first);
  }
}
