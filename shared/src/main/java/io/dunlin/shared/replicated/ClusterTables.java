package io.dunlin.shared.replicated;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelDescription;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * This process's actors for the six replicated tables.
 *
 * @param catalog desired state by model name
 * @param assignments where replicas are to live, by entity id
 * @param orders what operators asked of nodes, by node id
 * @param nodes each node's report, by node id
 * @param gateways each gateway's report, by gateway id
 * @param descriptions what a loaded version offers, by {@code model/version}
 */
public record ClusterTables(
    ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
    ActorRef<ReplicatedTable.Message<Assignment>> assignments,
    ActorRef<ReplicatedTable.Message<NodeOrder>> orders,
    ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
    ActorRef<ReplicatedTable.Message<GatewayReport>> gateways,
    ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {

  private static final Duration MAJORITY_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration EVERYWHERE_TIMEOUT = Duration.ofMillis(500);

  /** Starts the tables; once per actor system. */
  public static ClusterTables start(ActorSystem<?> system) {
    return new ClusterTables(
        spawn(
            system,
            "catalog",
            ReplicatedTable.create(
                "dunlin-catalog",
                ReplicatedTable.majority(MAJORITY_TIMEOUT),
                WriteOrder.byRevision(CatalogEntry::revision))),
        spawn(
            system,
            "assignments",
            ReplicatedTable.create(
                "dunlin-assignments",
                ReplicatedTable.majority(MAJORITY_TIMEOUT),
                WriteOrder.lastWritten())),
        spawn(
            system,
            "orders",
            ReplicatedTable.create(
                "dunlin-orders",
                ReplicatedTable.majority(MAJORITY_TIMEOUT),
                WriteOrder.lastWritten())),
        spawn(
            system,
            "nodes",
            ReplicatedTable.create(
                "directory-nodes",
                ReplicatedTable.everywhere(EVERYWHERE_TIMEOUT),
                WriteOrder.lastWritten())),
        spawn(
            system,
            "gateways",
            ReplicatedTable.create(
                "directory-gateways",
                ReplicatedTable.everywhere(EVERYWHERE_TIMEOUT),
                WriteOrder.lastWritten())),
        spawn(
            system,
            "descriptions",
            ReplicatedTable.create(
                "directory-descriptions",
                ReplicatedTable.everywhere(EVERYWHERE_TIMEOUT),
                WriteOrder.lastWritten())));
  }

  private static <M> ActorRef<M> spawn(ActorSystem<?> system, String name, Behavior<M> behavior) {
    return system.systemActorOf(
        // Resumed and not restarted: a restarted table would have forgotten its subscribers.
        Behaviors.supervise(behavior).onFailure(SupervisorStrategy.resume()),
        "dunlin-" + name,
        Props.empty());
  }
}
