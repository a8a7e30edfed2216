package io.dunlin.node.capacity;

import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A ledger at one moment, for reports.
 *
 * @param device the device's account
 * @param host the host's account; all zero on a CPU node, whose device is its host memory
 * @param held what each replica holds, by replica
 * @param measured bytes measured last of each model version, the most recent last
 */
public record LedgerSnapshot(
    Account device, Account host, List<Held> held, Map<ModelVersionId, MemoryDemand> measured) {

  /** What each replica holds, all of its leases together. */
  public Map<ReplicaId, MemoryDemand> byReplica() {
    Map<ReplicaId, MemoryDemand> sums = new HashMap<>();
    for (Held lease : held) {
      sums.merge(lease.replica(), lease.memory(), MemoryDemand::plus);
    }
    return sums;
  }

  /**
   * @param name such as {@code cpu}, {@code gpu:0} or {@code host}
   * @param reservedBytes may exceed the total after a measurement
   */
  public record Account(String name, long totalBytes, long reservedBytes) {
    public long freeBytes() {
      return totalBytes - reservedBytes;
    }
  }

  /** What a replica holds. */
  public record Held(ReplicaId replica, MemoryDemand memory) {}
}
