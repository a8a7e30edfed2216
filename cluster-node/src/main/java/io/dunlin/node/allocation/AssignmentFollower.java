package io.dunlin.node.allocation;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.replicated.ClusterTables;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/**
 * Follows the assignments, and answers where a replica is to live as soon as that is known here.
 */
public final class AssignmentFollower
    implements AssignedShardAllocation.AssignmentLookup, AssignedReplicas.Assignments {
  private record Waiter(String entityId, CompletableFuture<Optional<String>> address) {}

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
  public CompletionStage<Optional<String>> addressOf(String entityId, Duration within) {
    CompletableFuture<Optional<String>> address = new CompletableFuture<>();
    synchronized (this) {
      waiters.add(new Waiter(entityId, address));
    }
    answerWaiters();
    return address
        .completeOnTimeout(Optional.empty(), within.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((found, failure) -> forget(address));
  }

  @Override
  public synchronized Optional<String> assignedAddress(String entityId) {
    return Optional.ofNullable(address(entityId));
  }

  @Override
  public synchronized Set<String> empty(Set<String> entityIds, String address) {
    Set<String> held = new HashSet<>();
    for (NodeReport node : nodes.values()) {
      if (node.address().equals(address)) {
        node.replicas().forEach(report -> held.add(report.replica().entityId()));
      }
    }
    Set<String> empty = new HashSet<>();
    for (String id : entityIds) {
      Assignment assignment = assignments.get(id);
      NodeReport node = assignment == null ? null : nodes.get(assignment.nodeId());
      boolean toCome = node != null && node.address().equals(address);
      boolean unknown = assignment != null && node == null;
      if (!held.contains(id) && !toCome && !unknown) {
        empty.add(id);
      }
    }
    return empty;
  }

  private synchronized void forget(CompletableFuture<Optional<String>> address) {
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

  private synchronized @Nullable String address(String entityId) {
    Assignment assignment = assignments.get(entityId);
    NodeReport node = assignment == null ? null : nodes.get(assignment.nodeId());
    return node == null ? null : node.address();
  }

  private void answerWaiters() {
    List<Runnable> answers = new ArrayList<>();
    synchronized (this) {
      for (Waiter waiter : waiters) {
        String address = address(waiter.entityId());
        if (address != null) {
          answers.add(() -> waiter.address().complete(Optional.of(address)));
        }
      }
    }
    answers.forEach(Runnable::run);
  }
}
