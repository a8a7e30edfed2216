package io.dunlin.gateway.routing;

import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Map;

/**
 * The gateway's frozen view of the cluster: every model, and where READY replicas are.
 *
 * @param models by name
 * @param routes READY replicas by model version; no entry for a version that has none
 */
public record RoutingTable(
    Map<String, ServedModel> models, Map<ModelVersionId, List<Route>> routes) {
  public static final RoutingTable EMPTY = new RoutingTable(Map.of(), Map.of());

  /**
   * A READY replica.
   *
   * @param replica its id
   * @param nodeId the node that holds it
   * @param dataHost where that node takes remote attempts
   * @param dataPort 0 when it takes none
   */
  public record Route(ReplicaId replica, String nodeId, String dataHost, int dataPort) {}

  public List<Route> routesTo(ModelVersionId version) {
    return routes.getOrDefault(version, List.of());
  }
}
