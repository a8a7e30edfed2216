package io.dunlin.node.membership;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
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
 * Waits, when this node leaves, until the controller has handed its replicas over: until none of
 * them is READY or finishing what it has. It waits for nothing when no other node could take one,
 * and never longer than its deadline.
 *
 * <pre>
 * waiting  no replica of this node READY or DRAINING  -> done
 *          no other node that is up and stays         -> done
 *          deadline                                   -> done, with what is left in the log
 * </pre>
 */
final class HandOver {
  /** What it takes: only its own signals. */
  sealed interface Message {}

  private record NodesChanged(Map<String, NodeReport> nodes) implements Message {}

  private record MembersChanged() implements Message {}

  private record Deadline() implements Message {}

  private final ActorContext<Message> context;
  private final String nodeId;
  private final CompletableFuture<Done> done;
  private final Cluster cluster;
  private Map<String, NodeReport> nodes = Map.of();

  /** Whether the directory was seen: members may be told of first, and say nothing of replicas. */
  private boolean nodesSeen;

  private HandOver(ActorContext<Message> context, String nodeId, CompletableFuture<Done> done) {
    this.context = context;
    this.nodeId = nodeId;
    this.done = done;
    this.cluster = Cluster.get(context.getSystem());
  }

  /**
   * @param nodeId this node, which has said that it is leaving
   * @param timeout how long to wait at most
   * @param done completed in every case
   */
  static Behavior<Message> create(
      String nodeId,
      ActorRef<ReplicatedTable.Message<NodeReport>> nodes,
      Duration timeout,
      CompletableFuture<Done> done) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new HandOver(context, nodeId, done).waiting(nodes, timers, timeout)));
  }

  private Behavior<Message> waiting(
      ActorRef<ReplicatedTable.Message<NodeReport>> table,
      TimerScheduler<Message> timers,
      Duration timeout) {
    ActorRef<Message> self = context.getSelf();
    Behavior<ReplicatedTable.Snapshot<NodeReport>> forward =
        Behaviors.receiveMessage(
            snapshot -> {
              self.tell(new NodesChanged(snapshot.entries()));
              return Behaviors.same();
            });
    table.tell(new ReplicatedTable.Subscribe<>(context.spawn(forward, "nodes")));
    ActorRef<ClusterEvent.ClusterDomainEvent> members =
        context.messageAdapter(
            ClusterEvent.ClusterDomainEvent.class, event -> new MembersChanged());
    cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.ClusterDomainEvent.class));
    timers.startSingleTimer(new Deadline(), timeout);
    return Behaviors.receiveMessage(this::onMessage);
  }

  private Behavior<Message> onMessage(Message message) {
    switch (message) {
      case NodesChanged changed -> {
        nodes = changed.nodes();
        nodesSeen = true;
      }
      case MembersChanged changed -> {}
      case Deadline deadline -> {
        context.getLog().warn("not handed over in time: {} replicas serve here", serving());
        return end();
      }
    }
    return nodesSeen && (serving() == 0 || isAlone()) ? end() : Behaviors.same();
  }

  private Behavior<Message> end() {
    done.complete(Done.getInstance());
    return Behaviors.stopped();
  }

  private long serving() {
    NodeReport own = nodes.get(nodeId);
    return own == null ? 0 : own.replicas().stream().filter(HandOver::isServing).count();
  }

  private static boolean isServing(ReplicaReport report) {
    return switch (report.state()) {
      case READY, DRAINING -> true;
      case PENDING, LOADING, WARMING, UNLOADING, UNLOADED, FAILED -> false;
    };
  }

  /** Whether there is no other node that could take a replica. */
  private boolean isAlone() {
    ClusterEvent.CurrentClusterState state = cluster.state();
    for (Member member : state.getMembers()) {
      boolean stays =
          member.status() == MemberStatus.up() && !state.getUnreachable().contains(member);
      if (stays && isOtherNode(member)) {
        return false;
      }
    }
    return true;
  }

  private boolean isOtherNode(Member member) {
    return nodes.values().stream()
        .filter(node -> !node.nodeId().equals(nodeId) && !node.draining())
        .anyMatch(
            node ->
                node.address().equals(member.address().toString())
                    && node.incarnation() == member.uniqueAddress().longUid());
  }
}
