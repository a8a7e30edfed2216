package io.dunlin.node.allocation;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.replicated.ClusterTables;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Follows the assignments, and answers where a replica is to live as soon as that is known here.
 */
public final class AssignmentFollower implements AssignedShardAllocation.AssignmentLookup {
  private record Waiter(String entityId, CompletableFuture<String> address) {}

  // guarded by this
  private Map<String, Assignment> assignments = Map.of();
  private Map<String, NodeReport> nodes = Map.of();
  private final List<Waiter> waiters = new ArrayList<>();

  private AssignmentFollower() {}

  /** Starts following. */
  public static AssignmentFollower start(ActorSystem<?> system, ClusterTables tables) {
    AssignmentFollower follower = new AssignmentFollower();
    follow(system, "dunlin-assignment-follower", tables.assignments(), follower::onAssignments);
    follow(system, "dunlin-address-follower", tables.nodes(), follower::onNodes);
    return follower;
  }

  private static <V> void follow(
      ActorSystem<?> system,
      String name,
      ActorRef<ReplicatedTable.Message<V>> table,
      Consumer<Map<String, V>> consumer) {
    Behavior<ReplicatedTable.Snapshot<V>> behavior =
        Behaviors.receiveMessage(
            snapshot -> {
              consumer.accept(snapshot.entries());
              return Behaviors.same();
            });
    table.tell(
        new ReplicatedTable.Subscribe<>(system.systemActorOf(behavior, name, Props.empty())));
  }

  @Override
  public CompletionStage<String> addressOf(String entityId, Duration within) {
    CompletableFuture<String> address = new CompletableFuture<>();
    synchronized (this) {
      waiters.add(new Waiter(entityId, address));
    }
    answerWaiters();
    return address
        .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((found, failure) -> forget(address));
  }

  private synchronized void forget(CompletableFuture<String> address) {
    waiters.removeIf(waiter -> waiter.address() == address);
  }

  private void onAssignments(Map<String, Assignment> entries) {
    synchronized (this) {
      assignments = entries;
    }
    answerWaiters();
  }

  private void onNodes(Map<String, NodeReport> entries) {
    synchronized (this) {
      nodes = entries;
    }
    answerWaiters();
  }

  private void answerWaiters() {
    List<Runnable> answers = new ArrayList<>();
    synchronized (this) {
      for (Waiter waiter : waiters) {
        Assignment assignment = assignments.get(waiter.entityId());
        NodeReport node = assignment == null ? null : nodes.get(assignment.nodeId());
        if (node != null) {
          answers.add(() -> waiter.address().complete(node.address()));
        }
      }
    }
    answers.forEach(Runnable::run);
  }
}
