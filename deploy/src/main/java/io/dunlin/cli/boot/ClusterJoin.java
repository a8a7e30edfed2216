package io.dunlin.cli.boot;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.replicated.ClusterTables;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;

/** How a process becomes a member, or learns in one line why it cannot. */
final class ClusterJoin {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final ProcessSettings settings;
  private final String process;
  private final Cluster cluster;

  /**
   * @param process this process's name in its own configuration ({@link JoinCheck#PROCESS})
   */
  ClusterJoin(ActorSystem<?> system, ProcessSettings settings, String process) {
    this.system = system;
    this.settings = settings;
    this.process = process;
    this.cluster = Cluster.get(system);
  }

  /**
   * Begins a cluster or joins one; done when this member is up.
   *
   * @return fails with {@link StartException} when no seed answers or takes it in within the time,
   *     or when the cluster is of another kind
   */
  CompletionStage<Member> joined(Duration timeout) {
    CompletableFuture<Member> up = new CompletableFuture<>();
    org.apache.pekko.cluster.Cluster.get(system.classicSystem())
        .registerOnMemberUp(() -> up.complete(cluster.selfMember()));
    if (settings.seeds().isEmpty()) {
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
      return up;
    }
    JoinCheck.joining(process, difference -> up.completeExceptionally(refused(difference)));
    List<Address> seeds =
        settings.seeds().stream()
            .map(seed -> AddressFromURIString.parse("pekko://" + ClusterConfig.NAME + "@" + seed))
            .toList();
    cluster.manager().tell(new JoinSeedNodes(seeds));
    var deadline =
        system
            .scheduler()
            .scheduleOnce(
                timeout,
                () -> up.completeExceptionally(notJoined(timeout)),
                system.executionContext());
    return up.whenComplete(
        (member, failure) -> {
          deadline.cancel();
          JoinCheck.joined(process);
        });
  }

  /** Fails when another node of this name is up: it would overwrite what that one reports. */
  CompletionStage<Done> nameIsFree(ClusterTables tables) {
    if (!settings.roles().contains(ProcessSettings.Role.NODE) || settings.seeds().isEmpty()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return AskPattern.ask(
            tables.nodes(),
            (ActorRef<ReplicatedTable.Loaded<NodeReport>> replyTo) ->
                new ReplicatedTable.Load<>(READ_TIMEOUT, replyTo),
            READ_TIMEOUT.multipliedBy(2),
            system.scheduler())
        .thenApply(
            loaded -> {
              NodeReport other = loaded.entries().get(settings.nodeId());
              if (other != null && isAnother(other)) {
                throw new StartException(
                    "node id '"
                        + settings.nodeId()
                        + "' is that of the node at "
                        + hostPort(other.address())
                        + " (--node-id NAME: unlike any other)");
              }
              return Done.getInstance();
            });
  }

  private boolean isAnother(NodeReport report) {
    if (report.address().equals(cluster.selfMember().address().toString())) {
      return false;
    }
    for (Member member : cluster.state().getMembers()) {
      if (member.uniqueAddress().longUid() == report.incarnation()
          && member.status() == MemberStatus.up()) {
        return !cluster.state().getUnreachable().contains(member);
      }
    }
    return false;
  }

  private StartException refused(String difference) {
    return new StartException(
        "the cluster at " + String.join(", ", settings.seeds()) + " is another one: " + difference);
  }

  private StartException notJoined(Duration timeout) {
    String seeds = String.join(", ", settings.seeds());
    String within = " within " + timeout.toSeconds() + " s";
    if (cluster.selfMember().status() == MemberStatus.joining()) {
      return new StartException(
          "not taken in by the cluster at "
              + seeds
              + within
              + ": some of its members cannot be reached");
    }
    return new StartException(
        "no answer from "
            + (settings.seeds().size() == 1 ? "seed " : "any of the seeds ")
            + seeds
            + within
            + " (expected: the cluster port of a running process)");
  }

  private static String hostPort(String address) {
    return address.substring(address.indexOf('@') + 1);
  }
}
