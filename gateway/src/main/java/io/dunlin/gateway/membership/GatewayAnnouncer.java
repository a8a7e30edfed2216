package io.dunlin.gateway.membership;

import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Tells the cluster what this gateway is called and where it listens, and takes away what gateways
 * that were removed had said. Only people read it: routing does not depend on it.
 */
final class GatewayAnnouncer {
  /** What the announcer takes: only its own signals. */
  private sealed interface Message {}

  private record Seen(ReplicatedTable.Snapshot<GatewayReport> table) implements Message {}

  private record Removed(Member member) implements Message {}

  /**
   * @param gatewayId the process's name
   * @param startedAt when it came up
   */
  record Announcement(String gatewayId, Instant startedAt) {}

  private final ActorRef<ReplicatedTable.Message<GatewayReport>> table;
  private final ActorRef<ReplicatedTable.Written> nobody;
  private final GatewayReport report;
  private ReplicatedTable.Snapshot<GatewayReport> last = new ReplicatedTable.Snapshot<>(Map.of());

  private GatewayAnnouncer(
      ActorContext<Message> context,
      ActorRef<ReplicatedTable.Message<GatewayReport>> table,
      GatewayReport report) {
    this.table = table;
    this.nobody = context.getSystem().ignoreRef();
    this.report = report;
  }

  static void start(
      ActorSystem<?> system,
      ActorRef<ReplicatedTable.Message<GatewayReport>> table,
      Announcement announcement,
      GatewayRuntime.Bound bound) {
    Member self = Cluster.get(system).selfMember();
    GatewayReport report =
        new GatewayReport(
            announcement.gatewayId(),
            self.address().toString(),
            self.uniqueAddress().longUid(),
            hostPort(bound.http()),
            hostPort(bound.admin()),
            announcement.startedAt());
    system.systemActorOf(create(table, report), "dunlin-gateway-announcer", Props.empty());
  }

  /** Names this run of the process. */
  static String runOf(ActorSystem<?> system) {
    return Long.toHexString(Cluster.get(system).selfMember().uniqueAddress().longUid());
  }

  private static String hostPort(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static Behavior<Message> create(
      ActorRef<ReplicatedTable.Message<GatewayReport>> table, GatewayReport report) {
    return Behaviors.setup(
        context -> {
          GatewayAnnouncer announcer = new GatewayAnnouncer(context, table, report);
          announcer.subscribe(context);
          return Behaviors.receiveMessage(announcer::onMessage);
        });
  }

  @SuppressWarnings("unchecked") // adapters are keyed by raw class; this actor follows one table
  private void subscribe(ActorContext<Message> context) {
    ActorRef<ReplicatedTable.Snapshot<GatewayReport>> seen =
        context.messageAdapter(
            (Class<ReplicatedTable.Snapshot<GatewayReport>>)
                (Class<?>) ReplicatedTable.Snapshot.class,
            Seen::new);
    table.tell(new ReplicatedTable.Subscribe<>(seen));
    ActorRef<ClusterEvent.MemberRemoved> removed =
        context.messageAdapter(
            ClusterEvent.MemberRemoved.class, event -> new Removed(event.member()));
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(removed, ClusterEvent.MemberRemoved.class));
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case Seen seen -> {
        last = seen.table();
        if (!report.equals(last.entries().get(report.gatewayId()))) {
          table.tell(new ReplicatedTable.Put<>(report.gatewayId(), report, nobody));
        }
      }
      case Removed removed ->
          last.entries()
              .forEach(
                  (id, gone) -> {
                    if (gone.incarnation() == removed.member().uniqueAddress().longUid()) {
                      table.tell(new ReplicatedTable.Remove<>(id, nobody));
                    }
                  });
    }
    return Behaviors.same();
  }
}
