package io.dunlin.gateway.routing;

import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's frozen view of the cluster: every model, and where READY replicas are.
 *
 * @param models by name
 * @param routes READY replicas by model version; no entry for a version that has none
 * @param complete whether the catalogue was read; before that a model may exist that is not here
 */
public record RoutingTable(
    Map<String, ServedModel> models, Map<ModelVersionId, List<Route>> routes, boolean complete) {
  public static final RoutingTable EMPTY = new RoutingTable(Map.of(), Map.of(), false);

  /**
   * A READY replica.
   *
   * @param replica its id
   * @param nodeId the node that holds it
   * @param dataHost where that node takes remote attempts
   * @param dataPort 0 when it takes none
   * @param suspect whether some member cannot reach the node's: it is asked while its connection to
   *     this gateway works, but after the others
   */
  public record Route(
      ReplicaId replica, String nodeId, String dataHost, int dataPort, boolean suspect) {}

  public List<Route> routesTo(ModelVersionId version) {
    return routes.getOrDefault(version, List.of());
  }

  /**
   * Why a request that no replica of this version takes need not wait for one; null when one may
   * come. A version on its way out is not waited for, unless it is all the model has.
   */
  public @Nullable Failure hopeless(ModelVersionId version) {
    ServedModel model = models.get(version.model());
    ServedVersion served = model == null ? null : model.version(version.version()).orElse(null);
    if (model == null || served == null) {
      return complete ? withdrawn(version) : null;
    }
    if (served.isComing()) {
      return null;
    }
    if (served.desired()) {
      return new Failure(
          FailureCode.UNAVAILABLE, "model '" + version + "' has failed: " + served.reason());
    }
    boolean onlyOne = model.latestAvailable().map(latest -> latest == served).orElse(true);
    return served.readyReplicas() > 0 && onlyOne ? null : withdrawn(version);
  }

  private static Failure withdrawn(ModelVersionId version) {
    return Failure.notFound("model '" + version + "' is not served any more");
  }
}
