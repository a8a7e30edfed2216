package io.dunlin.node.capacity;

/**
 * What one replica takes.
 *
 * @param deviceBytes bytes of the device's memory; on a CPU node that is host memory
 * @param hostBytes bytes of host memory beside the device's; counts on GPU nodes only, because a
 *     CPU node's device is its host memory
 * @param basis where the numbers come from
 */
public record MemoryDemand(long deviceBytes, long hostBytes, MemoryBasis basis) {
  public MemoryDemand {
    if (deviceBytes < 0) {
      throw new IllegalArgumentException("deviceBytes: " + deviceBytes + " (expected: >= 0)");
    }
    if (hostBytes < 0) {
      throw new IllegalArgumentException("hostBytes: " + hostBytes + " (expected: >= 0)");
    }
  }

  /** Both together, as uncertain as the less certain of the two. */
  MemoryDemand plus(MemoryDemand other) {
    return new MemoryDemand(
        deviceBytes + other.deviceBytes,
        hostBytes + other.hostBytes,
        basis.compareTo(other.basis) <= 0 ? basis : other.basis);
  }
}
