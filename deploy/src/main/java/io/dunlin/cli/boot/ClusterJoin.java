package io.dunlin.cli.boot;

import io.dunlin.cli.boot.formation.ClusterFormation;
import io.dunlin.shared.protocol.FormationProtocol;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a process becomes a member, or learns in one line why it cannot. */
final class ClusterJoin {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterJoin.class);

  /** A process that comes up at once with its seeds says nothing. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final ProcessSettings settings;
  private final String process;
  private final Consumer<String> givesWay;
  private final Cluster cluster;
  private final CompletableFuture<Member> up = new CompletableFuture<>();
  private volatile String waitsFor = "";
  private volatile boolean quiet = true;

  /**
   * @param process this process's name in its own configuration ({@link JoinCheck#PROCESS})
   * @param givesWay told why, when this process must leave its cluster and start anew
   */
  ClusterJoin(
      ActorSystem<?> system, ProcessSettings settings, String process, Consumer<String> givesWay) {
    this.system = system;
    this.settings = settings;
    this.process = process;
    this.givesWay = givesWay;
    this.cluster = Cluster.get(system);
  }

  /**
   * Begins a cluster or joins one; done when this member is up and the only one of its name.
   *
   * @return fails with {@link StartException} when no cluster is found or begun within the time,
   *     when the cluster is of another kind, or when another member has this process's name
   */
  CompletionStage<Member> joined(Duration timeout) {
    org.apache.pekko.cluster.Cluster.get(system.classicSystem())
        .registerOnMemberUp(() -> up.complete(cluster.selfMember()));
    JoinCheck.joining(process, difference -> up.completeExceptionally(refused(difference)));
    var unused =
        system.systemActorOf(
            ClusterFormation.create(
                new ClusterFormation.Wish(
                    settings.clusterName(), JoinCheck.PROTOCOL_VERSION, settings.seeds()),
                new Outcome(),
                System::nanoTime),
            FormationProtocol.ACTOR_NAME,
            Props.empty());
    var scheduler = system.scheduler();
    var speak = scheduler.scheduleOnce(QUIET, this::speak, system.executionContext());
    var deadline =
        scheduler.scheduleOnce(
            timeout, () -> up.completeExceptionally(notJoined(timeout)), system.executionContext());
    return up.whenComplete(
            (member, failure) -> {
              speak.cancel();
              deadline.cancel();
              JoinCheck.joined(process);
            })
        .thenCompose(member -> new ProcessName(system, settings.nodeId()).isFree(timeout))
        .thenApply(free -> cluster.selfMember());
  }

  private void speak() {
    quiet = false;
    say(waitsFor);
  }

  private void say(String what) {
    if (!quiet && !what.isEmpty() && !up.isDone()) {
      LOG.warn("not in a cluster yet: {}", what);
    }
  }

  private StartException refused(String difference) {
    return new StartException(
        "the cluster at " + String.join(", ", settings.seeds()) + " is another one: " + difference);
  }

  private StartException notJoined(Duration timeout) {
    String within = " within " + timeout.toSeconds() + " s";
    if (cluster.selfMember().status() == MemberStatus.joining()) {
      return new StartException(
          "not taken in by the cluster"
              + within
              + ": some of its members cannot be reached, or fewer than "
              + ClusterConfig.leastMembers(settings)
              + " are there");
    }
    String what = waitsFor;
    return new StartException(
        "in no cluster"
            + within
            + ": "
            + (what.isEmpty() ? "no answer from " + String.join(", ", settings.seeds()) : what));
  }

  private final class Outcome implements ClusterFormation.Listener {
    @Override
    public void waitsFor(String what) {
      if (!what.equals(waitsFor)) {
        waitsFor = what;
        say(what);
      }
    }

    @Override
    public void refused(String line) {
      up.completeExceptionally(new StartException(line));
    }

    @Override
    public void givesWay(String line) {
      if (!up.completeExceptionally(new StartException(line))) {
        givesWay.accept(line);
      }
    }
  }
}
