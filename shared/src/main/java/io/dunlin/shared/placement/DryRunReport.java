package io.dunlin.shared.placement;

import io.dunlin.shared.model.ReplicaId;
import java.util.List;

/**
 * What a change would do, were it made; nothing was changed.
 *
 * @param fits whether nothing that has a node today would be left without one, and everything the
 *     change asks for would get one
 * @param displaced replicas whose node the change takes away
 * @param newlyUnplaced replicas that would have no node, and would have one without the change
 * @param starts replicas that would be started, and where
 * @param stops replicas that would be stopped, and where they are
 * @param models the decisions about the models the change touches
 */
public record DryRunReport(
    boolean fits,
    List<ReplicaId> displaced,
    List<ReplicaId> newlyUnplaced,
    List<Step> starts,
    List<Step> stops,
    List<PlacementReport> models) {

  /** One replica on one node. */
  public record Step(ReplicaId replica, String node) {}
}
