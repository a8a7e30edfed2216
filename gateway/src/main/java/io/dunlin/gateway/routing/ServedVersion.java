package io.dunlin.gateway.routing;

import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One version of a model as callers see it.
 *
 * @param version its number
 * @param desired whether the catalogue lists it: false for one that is on its way out
 * @param state that of its most advanced replica (READY if any is)
 * @param readyReplicas how many can answer
 * @param reason why it cannot serve, empty when it can
 * @param description its signatures; null until a replica has loaded it
 * @param defaultTimeout deadline of requests that name none
 */
public record ServedVersion(
    long version,
    boolean desired,
    ReplicaState state,
    int readyReplicas,
    String reason,
    @Nullable ModelDescription description,
    Duration defaultTimeout) {

  public boolean isAvailable() {
    return readyReplicas > 0 && description != null;
  }

  /** Whether it may answer before long although it cannot now: a request may wait for it. */
  public boolean isComing() {
    return desired && state != ReplicaState.FAILED;
  }
}
