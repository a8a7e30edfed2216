package io.dunlin.node.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** Who is given a shard, by where its replica is assigned and by who asks. */
class AssignedShardAllocationTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "dunlin",
          ConfigFactory.parseString(
              "pekko.actor.provider = cluster\npekko.remote.artery.canonical.port = 0"));
  private static final Address SELF = new Address("pekko", "dunlin", "127.0.0.1", 1);
  private static final ActorRef A = region("pekko://dunlin@127.0.0.1:2");
  private static final ActorRef B = region("pekko://dunlin@127.0.0.1:3");
  private static final ActorRef LEAVING = region("pekko://dunlin@127.0.0.1:4");

  private final Map<String, String> assigned = new HashMap<>();

  private final AssignedShardAllocation allocation =
      new AssignedShardAllocation(
          new AssignedShardAllocation.AssignmentLookup() {
            @Override
            public CompletionStage<Optional<String>> addressOf(String entityId, Duration within) {
              waited = within;
              return CompletableFuture.completedFuture(Optional.ofNullable(assigned.get(entityId)));
            }

            @Override
            public Set<String> empty(Set<String> entityIds, String address) {
              return Set.of();
            }
          },
          SELF,
          Duration.ofSeconds(2));

  private Duration waited = Duration.ofDays(1);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ActorRef region(String address) {
    return Adapter.toClassic(
        ActorRefResolver.get(KIT.system()).resolveActorRef(address + "/system/sharding/replica#1"));
  }

  private CompletableFuture<ActorRef> allocate(ActorRef requester) {
    Map<ActorRef, IndexedSeq<String>> regions = new HashMap<>();
    for (ActorRef region : List.of(A, B)) {
      regions.put(region, CollectionConverters.asScala(List.<String>of()).toIndexedSeq());
    }
    return FutureConverters.asJava(allocation.allocateShard(requester, "m/1/0", regions))
        .toCompletableFuture();
  }

  @Test
  void anAssignedReplicaGoesToItsNodeWhoeverAsks() {
    assigned.put("m/1/0", "pekko://dunlin@127.0.0.1:3");
    assertThat(allocate(A)).isCompletedWithValue(B);
    assertThat(allocate(LEAVING)).isCompletedWithValue(B);
    assertThat(allocate(nobody())).isCompletedWithValue(B);
  }

  @Test
  void whatIsAssignedNowhereGoesToTheRegionThatAsks() {
    assertThat(allocate(B)).isCompletedWithValue(B);
    assertThat(waited).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aRegionThatLeavesIsRidOfWhatItHoldsAtOnce() {
    assertThat(allocate(LEAVING)).isCompletedWithValue(A);
    assertThat(waited).isEqualTo(Duration.ZERO);
    assigned.put("m/1/0", "pekko://dunlin@127.0.0.1:9");
    assertThat(allocate(LEAVING)).isCompletedWithValue(A);
  }

  @Test
  void aRegionAsksAgainWhileTheAssignedNodeHasNoRegion() {
    assigned.put("m/1/0", "pekko://dunlin@127.0.0.1:9");
    assertThat(allocate(A)).isNotDone();
  }

  @Test
  void nothingIsAllocatedForNobody() {
    assertThat(allocate(nobody())).isNotDone();
    assigned.put("m/1/0", "pekko://dunlin@127.0.0.1:9");
    assertThat(allocate(nobody())).isNotDone();
  }

  /** Who the coordinator asks as, for the shards of a region that has ended. */
  private static ActorRef nobody() {
    return Adapter.toClassic(KIT.system().ignoreRef());
  }
}
