package io.dunlin.node.replica;

import io.dunlin.node.capacity.Lease;
import io.dunlin.node.runtime.LoadedModel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A loaded model and the memory it was granted, which belong together: closing it unloads the model
 * and then gives the memory back, once, however often it is asked.
 */
final class ResidentModel implements AutoCloseable {
  private final LoadedModel model;
  private final Lease lease;
  private final ReplicaMemory memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  ResidentModel(LoadedModel model, Lease lease, ReplicaMemory memory) {
    this.model = model;
    this.lease = lease;
    this.memory = memory;
  }

  LoadedModel loaded() {
    return model;
  }

  /** Blocks while runs are under way. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      memory.free(lease, model::close);
    }
  }
}
