package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything the admin API shows, as one consistent picture. Pure.
 *
 * @param catalog desired state by model
 * @param assignments where replicas are to live, by entity id
 * @param orders what operators asked of nodes, by node id
 * @param nodes reports of live nodes
 * @param lost last reports of nodes that are members but cannot be reached
 * @param gateways reports of gateways that are members
 * @param members the cluster's members as this process sees them, by address
 * @param leader address of the leader, empty when there is none
 * @param self address of this process
 */
public record ClusterSnapshot(
    Map<String, CatalogEntry> catalog,
    Map<String, Assignment> assignments,
    Map<String, NodeOrder> orders,
    List<NodeReport> nodes,
    List<NodeReport> lost,
    List<GatewayReport> gateways,
    List<ClusterMember> members,
    String leader,
    String self) {

  /** The role of members the controller may be on. */
  public static final String NODE_ROLE = "node";

  public ClusterSnapshot {
    catalog = Map.copyOf(catalog);
    assignments = Map.copyOf(assignments);
    orders = Map.copyOf(orders);
    nodes = List.copyOf(nodes);
    lost = List.copyOf(lost);
    gateways = List.copyOf(gateways);
    members = List.copyOf(members);
  }

  /** Whether this process is a full member. */
  public boolean selfIsUp() {
    return members.stream().anyMatch(member -> member.address().equals(self) && member.isUp());
  }

  /** Every node that is a member, reachable or not. */
  public List<NodeReport> allNodes() {
    return Stream.concat(nodes.stream(), lost.stream()).toList();
  }

  /** The node with this id, reachable or not. */
  public Optional<NodeReport> node(String id) {
    return allNodes().stream().filter(report -> report.nodeId().equals(id)).findFirst();
  }

  /** The report of the node at this address, reachable or not. */
  public Optional<NodeReport> nodeAt(String address) {
    return allNodes().stream().filter(report -> report.address().equals(address)).findFirst();
  }

  /** The report of the gateway at this address. */
  public Optional<GatewayReport> gatewayAt(String address) {
    return gateways.stream().filter(report -> report.address().equals(address)).findFirst();
  }

  /** What people call the process at this address: its id, or the address while it is unknown. */
  public String nameOf(ClusterMember member) {
    return nodeAt(member.address())
        .map(NodeReport::nodeId)
        .or(() -> gatewayAt(member.address()).map(GatewayReport::gatewayId))
        .orElse(member.hostPort());
  }

  /** The member the controller runs on: a singleton lives on the oldest Up member of its role. */
  public Optional<ClusterMember> controller() {
    return members.stream()
        .filter(member -> member.roles().contains(NODE_ROLE))
        .filter(member -> member.isUp() || member.status().equals("Leaving"))
        .min(Comparator.comparingInt(ClusterMember::age));
  }

  /** Whether an operator has asked this run of the node to hand over its replicas. */
  public boolean isOrderedToDrain(NodeReport node) {
    NodeOrder order = orders.get(node.nodeId());
    return order != null && order.draining() && order.incarnation() == node.incarnation();
  }
}
