package io.dunlin.node.allocation;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/**
 * Puts each shard on the node its replica was assigned to. Cluster Sharding asks on the
 * coordinator's node; the answer comes from the replicated assignments, which may arrive there a
 * moment after the command that woke the shard, so the strategy waits for them for a bounded time.
 *
 * <p>It never rebalances: the controller moves replicas by making a new one before it stops the old
 * (docs/adr/0001).
 */
public final class AssignedShardAllocation
    extends ShardCoordinator.AbstractShardAllocationStrategy {
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
  @FunctionalInterface
  public interface AssignmentLookup {
    /** The node's address as soon as it is known, within the time; else the stage fails. */
    CompletionStage<String> addressOf(String entityId, Duration within);
  }

  @Override
  public Future<ActorRef> allocateShard(
      ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    return FutureConverters.asScala(
        lookup
            .addressOf(shardId, patience)
            .thenCompose(address -> region(address, shardId, current)));
  }

  private CompletionStage<ActorRef> region(
      String address, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
    Optional<ActorRef> found =
        current.keySet().stream().filter(region -> addressOf(region).equals(address)).findFirst();
    return found
        .<CompletionStage<ActorRef>>map(CompletableFuture::completedFuture)
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new IllegalStateException(
                        "shard "
                            + shardId
                            + " is assigned to "
                            + address
                            + ", which has no region here yet")));
  }

  private String addressOf(ActorRef region) {
    Address address = region.path().address();
    return (address.hasLocalScope() ? selfAddress : address).toString();
  }

  @Override
  public Future<Set<String>> rebalance(
      Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
    return Future.successful(Set.of());
  }
}
