package io.dunlin.shared.catalog;

import io.dunlin.shared.model.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * Where one replica is to live.
 *
 * @param nodeId the node chosen by placement
 * @param revision of the catalog entry it was planned for
 * @param deviceBytes memory of the node's device that was planned for it
 * @param hostBytes host memory beside the device that was planned for it
 * @param replaces the replica it succeeds, which stops when this one is READY; null when none
 */
public record Assignment(
    String nodeId, long revision, long deviceBytes, long hostBytes, @Nullable ReplicaId replaces) {

  /** One that succeeds nobody, of unknown size. */
  public static Assignment to(String nodeId, long revision) {
    return new Assignment(nodeId, revision, 0, 0, null);
  }
}
