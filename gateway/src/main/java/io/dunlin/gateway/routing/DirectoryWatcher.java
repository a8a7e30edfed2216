package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Follows catalog, directory and membership, and publishes a new routing table after each change. A
 * node that is unreachable or gone leaves the table at once, whatever its last report said.
 */
public final class DirectoryWatcher {
  /** What the watcher takes: only its own signals. */
  public sealed interface Message {}

  private record CatalogChanged(Map<String, CatalogEntry> entries) implements Message {}

  private record NodesChanged(Map<String, NodeReport> entries) implements Message {}

  private record DescriptionsChanged(Map<String, ModelDescription> entries) implements Message {}

  private record MembersChanged() implements Message {}

  /** The tables to follow. */
  public record Tables(
      ActorRef<ReplicatedTable.Message<CatalogEntry>> catalog,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      ActorRef<ReplicatedTable.Message<ModelDescription>> descriptions) {}

  private final RoutingTables target;
  private final Consumer<ClusterSnapshot> observer;
  private final Cluster cluster;
  private Map<String, CatalogEntry> catalog = Map.of();
  private Map<String, NodeReport> nodes = Map.of();
  private Map<String, ModelDescription> descriptions = Map.of();

  private DirectoryWatcher(
      ActorContext<Message> context, RoutingTables target, Consumer<ClusterSnapshot> observer) {
    this.target = target;
    this.observer = observer;
    this.cluster = Cluster.get(context.getSystem());
  }

  /**
   * @param target where the tables are published
   * @param observer told of the same snapshot, for whoever shows it
   */
  public static Behavior<Message> create(
      Tables tables, RoutingTables target, Consumer<ClusterSnapshot> observer) {
    return Behaviors.setup(
        context -> {
          DirectoryWatcher watcher = new DirectoryWatcher(context, target, observer);
          watcher.subscribe(context, tables);
          return Behaviors.receiveMessage(watcher::onMessage);
        });
  }

  private void subscribe(ActorContext<Message> context, Tables tables) {
    follow(context, tables.catalog(), CatalogChanged::new);
    follow(context, tables.nodes(), NodesChanged::new);
    follow(context, tables.descriptions(), DescriptionsChanged::new);
    ActorRef<ClusterEvent.ClusterDomainEvent> members =
        context.messageAdapter(
            ClusterEvent.ClusterDomainEvent.class, event -> new MembersChanged());
    cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.ClusterDomainEvent.class));
  }

  /** A child of its own per table: message adapters are keyed by class, which generics share. */
  private static <V> void follow(
      ActorContext<Message> context,
      ActorRef<ReplicatedTable.Message<V>> table,
      Function<Map<String, V>, Message> toMessage) {
    ActorRef<Message> self = context.getSelf();
    Behavior<ReplicatedTable.Snapshot<V>> forward =
        Behaviors.receiveMessage(
            snapshot -> {
              self.tell(toMessage.apply(snapshot.entries()));
              return Behaviors.same();
            });
    table.tell(new ReplicatedTable.Subscribe<>(context.spawnAnonymous(forward)));
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case CatalogChanged changed -> catalog = changed.entries();
      case NodesChanged changed -> nodes = changed.entries();
      case DescriptionsChanged changed -> descriptions = changed.entries();
      case MembersChanged changed -> {}
    }
    publish();
    return Behaviors.same();
  }

  private void publish() {
    List<NodeReport> live = live();
    target.publish(RoutingTableBuilder.build(catalog, live, descriptions));
    observer.accept(new ClusterSnapshot(catalog, live, cluster.state(), cluster.selfMember()));
  }

  private List<NodeReport> live() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    List<NodeReport> live = new ArrayList<>();
    for (Member member : state.getMembers()) {
      if (state.getUnreachable().contains(member)) {
        continue;
      }
      String address = member.address().toString();
      for (NodeReport report : nodes.values()) {
        if (report.incarnation() == member.uniqueAddress().longUid()
            && report.address().equals(address)) {
          live.add(report);
        }
      }
    }
    return live;
  }
}
