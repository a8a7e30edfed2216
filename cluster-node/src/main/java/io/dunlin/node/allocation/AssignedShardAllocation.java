package io.dunlin.node.allocation;

import java.time.Duration;
import java.util.Comparator;
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
 * <p>Where there is no such node, the answer depends on who asks, because a message for a replica
 * that is gone must not wait in a buffer for ever, least of all in that of a region that leaves and
 * ends only with empty buffers:
 *
 * <pre>
 * assigned nowhere         a region asks       -> that region, where {@link AssignedReplicas} drops it
 * nowhere, or to a node    a leaving region    -> any other region, likewise
 *   that has no region     nobody waits for it -> no answer
 * to a node without region a region asks       -> no answer, it asks again
 * </pre>
 *
 * No answer is a future that never completes: a failed one is an error to the coordinator, which
 * logs it with its trace, and this is how a cluster lives.
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
    // One that leaves waits for nothing: its buffers keep its process from ending.
    Duration wait = current.containsKey(requester) ? patience : Duration.ZERO;
    return FutureConverters.asScala(
        lookup
            .addressOf(shardId, wait)
            .thenCompose(
                address ->
                    region(address, requester, current)
                        .<CompletionStage<ActorRef>>map(CompletableFuture::completedFuture)
                        .orElseGet(CompletableFuture::new)));
  }

  private Optional<ActorRef> region(
      Optional<String> address, ActorRef requester, Map<ActorRef, IndexedSeq<String>> current) {
    Optional<ActorRef> assigned =
        address.flatMap(
            node ->
                current.keySet().stream()
                    .filter(region -> addressOf(region).equals(node))
                    .findFirst());
    if (assigned.isPresent()) {
      return assigned;
    }
    if (current.containsKey(requester)) {
      return address.isEmpty() ? Optional.of(requester) : Optional.empty();
    }
    return isRegion(requester)
        ? current.keySet().stream().min(Comparator.comparing(this::addressOf))
        : Optional.empty();
  }

  /** The coordinator also asks for itself, when a region has ended, under a name of no system. */
  private boolean isRegion(ActorRef requester) {
    return requester.path().address().system().equals(selfAddress.system());
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
