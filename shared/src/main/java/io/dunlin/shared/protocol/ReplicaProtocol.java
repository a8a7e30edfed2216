package io.dunlin.shared.protocol;

import io.dunlin.shared.model.ModelSpec;

/** Commands to the sharded replica entity; idempotent, because the controller repeats them. */
public final class ReplicaProtocol {
  private ReplicaProtocol() {}

  /** Messages that travel through Cluster Sharding. */
  public sealed interface Command permits Start, Stop, Reconfigure {}

  /**
   * Load this replica's model version from the spec's source and serve it. A replica that is
   * already loading or serving ignores it.
   *
   * @param revision of the catalog entry that has this spec; 0 when that is not known
   */
  public record Start(ModelSpec spec, long revision) implements Command {}

  /** Finish what is queued, unload, and end. */
  public record Stop(String reason) implements Command {}

  /**
   * Use these batching, queue and lane settings from now on; nothing is reloaded.
   *
   * @param revision as in {@link Start}
   */
  public record Reconfigure(ModelSpec spec, long revision) implements Command {}
}
