package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.catalog.NodeOrder;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.replicated.ClusterTables;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Follows catalog, directory and membership, and publishes a new routing table after each change
 * that routing depends on, and a new snapshot after each change at all. A node that was removed
 * leaves the table at once, whatever its last report said; one that some member cannot reach stays,
 * marked: whether this gateway reaches it, its own connection knows.
 *
 * <p>Once this process is a full member and a node is there to ask, the catalogue is read from a
 * majority, until that succeeds: until then what is not in it may only not have come here yet.
 *
 * <pre>
 * joining   this process and a node are Up -> reading
 * reading   a majority has answered        -> complete     no majority -> reads again, later
 * </pre>
 */
public final class DirectoryWatcher {
  /** What the watcher takes: only its own signals. */
  public sealed interface Message {}

  private record CatalogChanged(Map<String, CatalogEntry> entries) implements Message {}

  private record NodesChanged(Map<String, NodeReport> entries) implements Message {}

  private record DescriptionsChanged(Map<String, ModelDescription> entries) implements Message {}

  private record AssignmentsChanged(Map<String, Assignment> entries) implements Message {}

  private record OrdersChanged(Map<String, NodeOrder> entries) implements Message {}

  private record GatewaysChanged(Map<String, GatewayReport> entries) implements Message {}

  private record MembersChanged() implements Message {}

  private record CatalogRead(ReplicatedTable.Loaded<CatalogEntry> loaded) implements Message {}

  private record ReadCatalog() implements Message {}

  /** Where the gateway stands with the catalogue. */
  private enum Reading {
    JOINING,
    READING,
    COMPLETE
  }

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READ_AGAIN_AFTER = Duration.ofMillis(300);

  private final RoutingTables target;
  private final Consumer<ClusterSnapshot> observer;
  private final Cluster cluster;
  private final TimerScheduler<Message> timers;
  private final ActorRef<ReplicatedTable.Message<CatalogEntry>> catalogTable;
  private final ActorRef<ReplicatedTable.Loaded<CatalogEntry>> catalogReader;
  private Reading reading = Reading.JOINING;
  private Map<String, CatalogEntry> catalog = Map.of();
  private Map<String, NodeReport> nodes = Map.of();
  private Map<String, ModelDescription> descriptions = Map.of();
  private Map<String, Assignment> assignments = Map.of();
  private Map<String, NodeOrder> orders = Map.of();
  private Map<String, GatewayReport> gateways = Map.of();

  private DirectoryWatcher(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      ClusterTables tables,
      RoutingTables target,
      Consumer<ClusterSnapshot> observer) {
    this.timers = timers;
    this.catalogTable = tables.catalog();
    this.catalogReader = forwarding(context, CatalogRead::new);
    this.target = target;
    this.observer = observer;
    this.cluster = Cluster.get(context.getSystem());
  }

  /**
   * @param target where the tables are published
   * @param observer told of the same snapshot, for whoever shows it
   */
  public static Behavior<Message> create(
      ClusterTables tables, RoutingTables target, Consumer<ClusterSnapshot> observer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  DirectoryWatcher watcher =
                      new DirectoryWatcher(context, timers, tables, target, observer);
                  watcher.subscribe(context, tables);
                  return Behaviors.receiveMessage(watcher::onMessage);
                }));
  }

  private void subscribe(ActorContext<Message> context, ClusterTables tables) {
    follow(context, tables.catalog(), CatalogChanged::new);
    follow(context, tables.nodes(), NodesChanged::new);
    follow(context, tables.descriptions(), DescriptionsChanged::new);
    follow(context, tables.assignments(), AssignmentsChanged::new);
    follow(context, tables.orders(), OrdersChanged::new);
    follow(context, tables.gateways(), GatewaysChanged::new);
    ActorRef<ClusterEvent.ClusterDomainEvent> members =
        context.messageAdapter(
            ClusterEvent.ClusterDomainEvent.class, event -> new MembersChanged());
    cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.ClusterDomainEvent.class));
  }

  private static <V> void follow(
      ActorContext<Message> context,
      ActorRef<ReplicatedTable.Message<V>> table,
      Function<Map<String, V>, Message> toMessage) {
    ActorRef<ReplicatedTable.Snapshot<V>> subscriber =
        forwarding(context, snapshot -> toMessage.apply(snapshot.entries()));
    table.tell(new ReplicatedTable.Subscribe<>(subscriber));
  }

  /** A child of its own per type: message adapters are keyed by class, which generics share. */
  private static <T> ActorRef<T> forwarding(
      ActorContext<Message> context, Function<T, Message> toMessage) {
    ActorRef<Message> self = context.getSelf();
    Behavior<T> forward =
        Behaviors.receiveMessage(
            message -> {
              self.tell(toMessage.apply(message));
              return Behaviors.same();
            });
    return context.spawnAnonymous(forward);
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case CatalogChanged changed -> {
        catalog = joined(changed.entries(), catalog);
        route();
      }
      case NodesChanged changed -> {
        nodes = changed.entries();
        route();
      }
      case DescriptionsChanged changed -> {
        descriptions = changed.entries();
        route();
      }
      case MembersChanged changed -> {
        readCatalogOnceJoined();
        route();
      }
      case ReadCatalog again -> readCatalog();
      case CatalogRead read -> onCatalogRead(read.loaded());
      case AssignmentsChanged changed -> assignments = changed.entries();
      case OrdersChanged changed -> orders = changed.entries();
      case GatewaysChanged changed -> gateways = changed.entries();
    }
    observer.accept(snapshot());
    return Behaviors.same();
  }

  private void route() {
    target.publish(
        RoutingTableBuilder.build(
            catalog, reports(true), reports(false), descriptions, reading == Reading.COMPLETE));
  }

  private void readCatalogOnceJoined() {
    if (reading == Reading.JOINING && cluster.selfMember().status() == MemberStatus.up()) {
      for (Member member : cluster.state().getMembers()) {
        if (member.status() == MemberStatus.up()
            && member.getRoles().contains(ClusterSnapshot.NODE_ROLE)) {
          reading = Reading.READING;
          readCatalog();
          return;
        }
      }
    }
  }

  private void readCatalog() {
    catalogTable.tell(new ReplicatedTable.Load<>(READ_TIMEOUT, catalogReader));
  }

  private void onCatalogRead(ReplicatedTable.Loaded<CatalogEntry> loaded) {
    if (!loaded.complete()) {
      timers.startSingleTimer(new ReadCatalog(), READ_AGAIN_AFTER);
      return;
    }
    // What was read is on its way through the table too, but may come later.
    catalog = joined(catalog, loaded.entries());
    reading = Reading.COMPLETE;
    route();
  }

  /**
   * The first, and what only the second has: entries are never taken away, so one that is missing
   * is still on its way.
   */
  private static Map<String, CatalogEntry> joined(
      Map<String, CatalogEntry> newest, Map<String, CatalogEntry> others) {
    Map<String, CatalogEntry> both = new HashMap<>(others);
    both.putAll(newest);
    return Map.copyOf(both);
  }

  private ClusterSnapshot snapshot() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    List<GatewayReport> present = new ArrayList<>();
    for (Member member : state.getMembers()) {
      for (GatewayReport report : gateways.values()) {
        if (isOf(member, report.incarnation(), report.address())) {
          present.add(report);
        }
      }
    }
    Address leader = state.getLeader();
    return new ClusterSnapshot(
        catalog,
        assignments,
        orders,
        reports(true),
        reports(false),
        present,
        members(state),
        leader == null ? "" : leader.toString(),
        cluster.selfMember().address().toString());
  }

  private static String hostPort(Address address) {
    return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
  }

  private static List<ClusterMember> members(ClusterEvent.CurrentClusterState state) {
    List<Member> byAge =
        StreamSupport.stream(state.getMembers().spliterator(), false)
            .sorted((one, other) -> one.isOlderThan(other) ? -1 : other.isOlderThan(one) ? 1 : 0)
            .toList();
    List<ClusterMember> members = new ArrayList<>();
    for (Member member : state.getMembers()) {
      Set<String> roles = new HashSet<>(member.getRoles());
      // What is left is what a process does: not its data center (Pekko's), not its name (boot's).
      roles.removeIf(role -> role.startsWith("dc-") || role.startsWith("id-"));
      members.add(
          new ClusterMember(
              member.address().toString(),
              hostPort(member.address()),
              member.uniqueAddress().longUid(),
              Set.copyOf(roles),
              member.status().toString(),
              !state.getUnreachable().contains(member),
              member.appVersion().version(),
              byAge.indexOf(member)));
    }
    return members;
  }

  /** Reports of members, of their present incarnation only, that can be reached or cannot. */
  private List<NodeReport> reports(boolean reachable) {
    ClusterEvent.CurrentClusterState state = cluster.state();
    List<NodeReport> found = new ArrayList<>();
    for (Member member : state.getMembers()) {
      if (state.getUnreachable().contains(member) == reachable) {
        continue;
      }
      for (NodeReport report : nodes.values()) {
        if (isOf(member, report.incarnation(), report.address())) {
          found.add(report);
        }
      }
    }
    return found;
  }

  private static boolean isOf(Member member, long incarnation, String address) {
    return incarnation == member.uniqueAddress().longUid()
        && address.equals(member.address().toString());
  }
}
