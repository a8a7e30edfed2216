package io.dunlin.node.control;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Everything one pass of the controller decides upon, frozen.
 *
 * @param catalog desired state by model
 * @param assignments where replicas were told to live
 * @param nodes reports of the nodes that are up and reachable now
 * @param retries FAILED replicas whose next attempt is due
 */
public record ClusterView(
    Map<String, CatalogEntry> catalog,
    Map<ReplicaId, Assignment> assignments,
    Map<String, NodeReport> nodes,
    Set<ReplicaId> retries) {

  /** Every replica some live node holds. */
  public Map<ReplicaId, ReplicaReport> observed() {
    Map<ReplicaId, ReplicaReport> observed = new HashMap<>();
    for (NodeReport node : nodes.values()) {
      for (ReplicaReport replica : node.replicas()) {
        observed.merge(replica.replica(), replica, ClusterView::better);
      }
    }
    return observed;
  }

  private static ReplicaReport better(ReplicaReport one, ReplicaReport other) {
    return one.state().compareTo(other.state()) >= 0 ? one : other;
  }
}
