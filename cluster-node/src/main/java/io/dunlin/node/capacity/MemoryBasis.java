package io.dunlin.node.capacity;

/** Where a byte count comes from, from the least to the most certain. */
public enum MemoryBasis {
  /** Guessed from the size of the artifact on disk. */
  ESTIMATED,
  /** Written in the model spec. */
  DECLARED,
  /** Seen around an earlier or this load and warm-up. */
  MEASURED
}
