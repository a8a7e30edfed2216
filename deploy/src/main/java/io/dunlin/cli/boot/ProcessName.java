package io.dunlin.cli.boot;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The name of a process among the members. Two of one name would overwrite each other's reports;
 * the one that came later gives up. A name is carried as a role, because roles are known as soon as
 * a member is.
 *
 * <p>A process that was killed still counts as a member until it is removed: one that is started in
 * its place, under another address, waits for that.
 */
final class ProcessName {
  /** Roles that are names start with this. Tables of roles leave them out. */
  static final String ROLE_PREFIX = "id-";

  /** A killed member is unreachable by then, if nobody has removed it yet. */
  private static final Duration SURE = Duration.ofSeconds(6);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final ActorSystem<?> system;
  private final Cluster cluster;
  private final String name;
  private final CompletableFuture<Done> free = new CompletableFuture<>();

  ProcessName(ActorSystem<?> system, String name) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.name = name;
  }

  static String role(String name) {
    return ROLE_PREFIX + name;
  }

  /**
   * Waits until no older member has this name.
   *
   * @return fails with {@link StartException} when one has and is there
   */
  CompletionStage<Done> isFree(Duration patience) {
    look(System.nanoTime(), patience);
    return free;
  }

  private void look(long startNanos, Duration patience) {
    ClusterEvent.CurrentClusterState state = cluster.state();
    Optional<Member> other = other(state);
    if (other.isEmpty()) {
      free.complete(Done.getInstance());
      return;
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
    boolean reachable = !state.getUnreachable().contains(other.get());
    if (waited.compareTo(patience) >= 0 || (reachable && waited.compareTo(SURE) >= 0)) {
      free.completeExceptionally(
          new StartException(
              "node id '"
                  + name
                  + "' is that of the process at "
                  + other.get().address().hostPort().replaceFirst("^.*@", "")
                  + " (--node-id NAME: unlike any other)"));
      return;
    }
    var unused =
        system
            .scheduler()
            .scheduleOnce(LOOK, () -> look(startNanos, patience), system.executionContext());
  }

  private Optional<Member> other(ClusterEvent.CurrentClusterState state) {
    Member self = cluster.selfMember();
    for (Member member : state.getMembers()) {
      boolean another = !member.uniqueAddress().equals(self.uniqueAddress());
      if (another && member.hasRole(role(name)) && member.isOlderThan(self)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }
}
