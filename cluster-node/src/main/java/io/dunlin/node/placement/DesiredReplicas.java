package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;

/**
 * How many replicas of one model version are wanted. The planner chooses their ordinals: it keeps
 * those that are assigned and gives new replicas the smallest ones that are free.
 *
 * @param spec the model's spec, for device, placement and priority
 * @param version the version served
 * @param count replicas wanted; zero for none
 * @param demand what each of them takes
 * @param platform the runtime it needs, such as {@code tensorflow_savedmodel}
 */
public record DesiredReplicas(
    ModelSpec spec, long version, int count, MemoryDemand demand, String platform) {
  public DesiredReplicas {
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
    }
    new ModelVersionId(spec.name(), version);
  }

  public ModelVersionId id() {
    return new ModelVersionId(spec.name(), version);
  }
}
