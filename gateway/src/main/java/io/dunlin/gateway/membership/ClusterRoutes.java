package io.dunlin.gateway.membership;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.management.cluster.javadsl.ClusterHttpManagementRoutes;

/** Pekko Management's own routes ({@code /cluster/members}, ..), for tools that know them. */
final class ClusterRoutes {
  private ClusterRoutes() {}

  /**
   * @param writes whether members may be told to join, leave or go down through them
   */
  static Function<HttpRequest, CompletionStage<HttpResponse>> of(
      ActorSystem<?> system, boolean writes) {
    Cluster cluster = Cluster.get(system.classicSystem());
    Route routes =
        writes
            ? ClusterHttpManagementRoutes.all(cluster)
            : ClusterHttpManagementRoutes.readOnly(cluster);
    return routes.seal().handler(system);
  }
}
