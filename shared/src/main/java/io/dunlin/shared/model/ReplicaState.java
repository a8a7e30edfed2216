package io.dunlin.shared.model;

/**
 * The life of a replica.
 *
 * <pre>
 * PENDING   -> LOADING    a load permit was granted
 * PENDING   -> UNLOADED   asked to stop before it began
 * LOADING   -> WARMING    the runtime has loaded the artifact
 * LOADING   -> FAILED     the artifact is missing, broken or does not fit
 * LOADING   -> UNLOADING  asked to stop while loading
 * WARMING   -> READY      every warm-up run succeeded
 * WARMING   -> FAILED     a warm-up run failed
 * WARMING   -> UNLOADING  asked to stop while warming
 * READY     -> DRAINING   asked to stop: no new work, finish what is queued
 * READY     -> FAILED     the runtime is broken
 * DRAINING  -> UNLOADING  the queue is empty, or the drain deadline passed
 * UNLOADING -> UNLOADED   native memory is released
 * FAILED    -> UNLOADED   asked to stop
 * FAILED    -> PENDING    a retry was granted
 * </pre>
 */
public enum ReplicaState {
  /** Known, waiting for a load permit. */
  PENDING,
  /** The runtime reads the artifact. */
  LOADING,
  /** Loaded; warm-up requests run. */
  WARMING,
  /** Takes requests. */
  READY,
  /** Takes no new requests, finishes those it has. */
  DRAINING,
  /** Releases memory. */
  UNLOADING,
  /** Gone; the last state. */
  UNLOADED,
  /** Cannot serve; the reason is kept. */
  FAILED;

  /** Whether the transition table above has an edge to {@code next}. */
  public boolean canBecome(ReplicaState next) {
    return switch (this) {
      case PENDING -> next == LOADING || next == UNLOADED;
      case LOADING -> next == WARMING || next == FAILED || next == UNLOADING;
      case WARMING -> next == READY || next == FAILED || next == UNLOADING;
      case READY -> next == DRAINING || next == FAILED;
      case DRAINING -> next == UNLOADING;
      case UNLOADING -> next == UNLOADED;
      case FAILED -> next == UNLOADED || next == PENDING;
      case UNLOADED -> false;
    };
  }
}
