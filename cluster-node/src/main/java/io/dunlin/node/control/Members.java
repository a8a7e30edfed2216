package io.dunlin.node.control;

import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.NodeReport;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The members of the cluster as the controller sees them; pure.
 *
 * @param members by address; every one that has not been removed
 */
record Members(Map<String, Member> members) {
  /**
   * @param incarnation the uid of its run
   * @param reachable whether the failure detector hears it
   * @param leaving whether it is on its way out
   */
  record Member(long incarnation, boolean reachable, boolean leaving) {}

  /**
   * Whether more than half of the members can be reached. Where it is not so, this may be the
   * smaller part of a cut cluster, and what is decided here may be void tomorrow.
   */
  boolean isMajority() {
    long reachable = members.values().stream().filter(Member::reachable).count();
    return reachable * 2 > members.size();
  }

  /** The reports of the members' present runs, by node id. */
  Map<String, NodeReport> nodes(Collection<NodeReport> reports) {
    Map<String, NodeReport> nodes = new TreeMap<>();
    for (NodeReport report : reports) {
      Member member = members.get(report.address());
      if (member != null && member.incarnation() == report.incarnation()) {
        nodes.put(report.nodeId(), report);
      }
    }
    return nodes;
  }

  /** Whether each of these takes replicas. */
  Map<String, Condition> conditions(Map<String, NodeReport> nodes, Map<String, NodeOrder> orders) {
    Map<String, Condition> conditions = new HashMap<>();
    nodes.forEach((id, report) -> conditions.put(id, condition(report, orders)));
    return conditions;
  }

  private Condition condition(NodeReport report, Map<String, NodeOrder> orders) {
    Member member = members.get(report.address());
    if (member == null || !member.reachable()) {
      return Condition.UNREACHABLE;
    }
    NodeOrder order = orders.get(report.nodeId());
    boolean ordered =
        order != null && order.draining() && order.incarnation() == report.incarnation();
    return ordered || report.draining() || member.leaving() ? Condition.DRAINING : Condition.UP;
  }
}
