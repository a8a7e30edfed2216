package io.dunlin.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.protocol.ReplicaProtocol;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One test per edge of the transition table in {@link AssignedReplicas}. */
class AssignedReplicasActorTest {
  private static final String HERE = "pekko://dunlin@127.0.0.1:1";
  private static final ReplicaProtocol.Start START =
      new ReplicaProtocol.Start(ModelSpec.of("m", "nowhere"), 1);

  private final ActorTestKit kit =
      ActorTestKit.create(ConfigFactory.parseString("pekko.actor.provider = local"));
  private final CompletableFuture<Optional<String>> address = new CompletableFuture<>();
  private final TestProbe<ReplicaProtocol.Command> replica = kit.createTestProbe();
  private final TestProbe<Object> watcher = kit.createTestProbe();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private ActorRef<ReplicaProtocol.Command> spawn(Optional<String> known) {
    AssignedReplicas assigned =
        new AssignedReplicas(
            new AssignedReplicas.Assignments() {
              @Override
              public Optional<String> assignedAddress(String entityId) {
                return known;
              }

              @Override
              public CompletionStage<Optional<String>> addressOf(String id, Duration within) {
                return address;
              }
            },
            HERE,
            Duration.ofDays(1));
    Behavior<ReplicaProtocol.Command> forward =
        Behaviors.receiveMessage(
            command -> {
              replica.ref().tell(command);
              return Behaviors.same();
            });
    return kit.spawn(assigned.whenAssigned("m/1/0", () -> forward));
  }

  private void expectEnd(ActorRef<?> actor) {
    watcher.expectTerminated(actor);
    replica.expectNoMessage(Duration.ZERO);
  }

  @Test
  void oneThatIsAssignedHereBeginsAtOnce() {
    spawn(Optional.of(HERE)).tell(START);
    replica.expectMessage(START);
  }

  @Test
  void oneThatIsAssignedElsewhereEnds() {
    expectEnd(spawn(Optional.of("pekko://dunlin@127.0.0.1:2")));
  }

  @Test
  void commandsWaitForTheAssignment() {
    spawn(Optional.empty()).tell(START);
    replica.expectNoMessage(Duration.ZERO);
    address.complete(Optional.of(HERE));
    replica.expectMessage(START);
  }

  @Test
  void oneThatIsAssignedNowhereInTimeEnds() {
    ActorRef<ReplicaProtocol.Command> actor = spawn(Optional.empty());
    address.complete(Optional.empty());
    expectEnd(actor);
  }

  @Test
  void aStopEndsTheWaitAtOnce() {
    ActorRef<ReplicaProtocol.Command> actor = spawn(Optional.empty());
    actor.tell(START);
    actor.tell(new ReplicaProtocol.Stop("its shard moves"));
    expectEnd(actor);
    assertThat(address).isNotDone();
  }
}
