package io.dunlin.gateway.membership;

import io.dunlin.gateway.http.openinference.ServerHealth;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;

/**
 * Ready means: this process is an Up member that has read the catalogue, is not leaving, and every
 * desired model has an available version or has failed for good; so that a probe does not send
 * traffic to a gateway whose models are still loading, nor keep it away for ever because one model
 * is broken.
 */
final class GatewayHealth implements ServerHealth {
  private final RoutingTables tables;
  private final ClusterPicture picture;
  private volatile boolean draining;

  GatewayHealth(RoutingTables tables, ClusterPicture picture) {
    this.tables = tables;
    this.picture = picture;
  }

  void startDraining() {
    draining = true;
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public boolean ready() {
    return reason().isEmpty();
  }

  @Override
  public String reason() {
    if (draining) {
      return "this gateway is draining";
    }
    if (picture.current().filter(ClusterSnapshot::selfIsUp).isEmpty()) {
      return "this gateway is not an Up member of the cluster yet";
    }
    if (!tables.isComplete()) {
      return "this gateway has not read the catalogue yet";
    }
    List<String> loading =
        tables.all().stream().filter(GatewayHealth::isComing).map(ServedModel::name).toList();
    return loading.isEmpty() ? "" : "models still loading: " + String.join(", ", loading);
  }

  private static boolean isComing(ServedModel model) {
    return model.latestAvailable().isEmpty()
        && model.versions().stream().anyMatch(GatewayHealth::isComing);
  }

  private static boolean isComing(ServedVersion version) {
    return version.state() == ReplicaState.PENDING
        || version.state() == ReplicaState.LOADING
        || version.state() == ReplicaState.WARMING;
  }
}
