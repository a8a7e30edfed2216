package io.dunlin.node.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.replicated.ReplicatedTable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a leaving node waits for, in a cluster of its own. */
class HandOverActorTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "dunlin",
          ConfigFactory.parseString(
                  """
                  pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                  """)
              .withFallback(ConfigFactory.parseResources("dunlin-cluster.conf"))
              .withFallback(ConfigFactory.load()));
  private final TestProbe<ReplicatedTable.Message<NodeReport>> table = kit.createTestProbe();
  private final CompletableFuture<Done> done = new CompletableFuture<>();

  @AfterEach
  void shutDown() {
    kit.shutdownTestKit();
  }

  @Test
  @SuppressWarnings("unchecked") // the table is asked for nothing but a subscription
  void newsOfMembersDoNotEndItBeforeTheDirectoryWasSeen() {
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    kit.spawn(HandOver.create("node-1", table.ref(), Duration.ofSeconds(30), done));
    ReplicatedTable.Subscribe<NodeReport> subscribe =
        (ReplicatedTable.Subscribe<NodeReport>) table.receiveMessage();

    assertThatThrownBy(() -> done.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    subscribe.subscriber().tell(new ReplicatedTable.Snapshot<>(Map.of()));
    assertThat(done).succeedsWithin(Duration.ofSeconds(5));
  }
}
