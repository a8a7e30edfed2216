package io.dunlin.node.allocation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * Puts each shard on the node its replica was assigned to. Cluster Sharding asks on the
 * coordinator's node; the answer comes from the replicated assignments, which may arrive there a
 * moment after the command that woke the shard, so the strategy waits for them for a bounded time.
 *
 * <p>A shard whose replica is assigned nowhere goes to the region that asks, where {@link
 * AssignedReplicas} drops what it gets: a message for a replica that is gone must not wait in a
 * buffer for ever. One whose replica is assigned to a node without a region here goes nowhere; the
 * region asks again.
 *
 * <p>It moves no replica: the controller does, by making a new one before it stops the old
 * (docs/adr/0001). It only takes back shards that hold nothing: those of replicas that are gone,
 * and those whose id was given to a replica on another node.
 */
public final class AssignedShardAllocation
    extends ShardCoordinator.AbstractShardAllocationStrategy {
  /** Shards taken back at once; each costs a round through all regions. */
  static final int MAX_TAKEN_BACK = 50;

  private final AssignmentLookup lookup;
  private final Address selfAddress;
  private final Duration patience;

  /**
   * @param lookup where replicas are assigned
   * @param selfAddress this process, for regions that live in it
   * @param patience how long to wait for an assignment; then the region tries again
   */
  public AssignedShardAllocation(AssignmentLookup lookup, Address selfAddress, Duration patience) {
    this.lookup = lookup;
    this.selfAddress = selfAddress;
    this.patience = patience;
  }

  /** Where replicas are assigned. */
  public interface AssignmentLookup {
    /** The node's address as soon as it is known; empty when it is not within the time. */
    CompletionStage<Optional<String>> addressOf(String entityId, Duration within);

    /** Those of a region's shards that have no replica there and none to come, by address. */
    Set<String> empty(Set<String> entityIds, String address);
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    return FutureConverters.asScala(
        lookup
            .addressOf(shardId, patience)
            .thenCompose(address -> region(address, requester, shardId, current)));
  }

  private CompletionStage<ActorRef> region(
      Optional<String> address,
      ActorRef requester,
      String shardId,
      Map<ActorRef, IndexedSeq<String>> current) {
    if (address.isEmpty()) {
      return current.containsKey(requester)
          ? CompletableFuture.completedFuture(requester)
          : none(shardId, "is assigned nowhere");
    }
    return current.keySet().stream()
        .filter(region -> addressOf(region).equals(address.get()))
        .findFirst()
        .<CompletionStage<ActorRef>>map(CompletableFuture::completedFuture)
        .orElseGet(
            () -> none(shardId, "is assigned to " + address.get() + ", which has no region here"));
  }

  private static CompletionStage<ActorRef> none(String shardId, String why) {
    return CompletableFuture.failedFuture(
        new IllegalStateException("shard " + shardId + " " + why));
  }

  private String addressOf(ActorRef region) {
    Address address = region.path().address();
    return (address.hasLocalScope() ? selfAddress : address).toString();
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    Set<String> back =
        current.entrySet().stream()
            .flatMap(
                region ->
                    lookup
                        .empty(
                            Set.copyOf(CollectionConverters.asJava(region.getValue())),
                            addressOf(region.getKey()))
                        .stream())
            .filter(shard -> !inProgress.contains(shard))
            .sorted()
            .limit(Math.max(0, MAX_TAKEN_BACK - inProgress.size()))
            .collect(Collectors.toSet());
    return Future.successful(back);
  }
}
