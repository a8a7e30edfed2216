package io.dunlin.node.placement;

import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import java.util.Map;
import java.util.Set;

/**
 * A node as the planner sees it: one process with one device.
 *
 * @param id unique in the cluster
 * @param zone failure domain; empty when the node was given none
 * @param labels what the node was started with
 * @param device its device
 * @param hostTotalBytes host memory that models may use
 * @param deviceReservedBytes what the node's ledger holds of the device, by whomever
 * @param hostReservedBytes what the ledger holds of host memory; ignored on CPU nodes
 * @param condition whether it takes new replicas
 * @param artifacts model versions whose files it already has
 * @param load 0 (idle) to 1 (busy)
 * @param runtimes platforms it can load, such as {@code tensorflow_savedmodel}
 */
public record NodeSnapshot(
    String id,
    String zone,
    Map<String, String> labels,
    Device device,
    long hostTotalBytes,
    long deviceReservedBytes,
    long hostReservedBytes,
    Condition condition,
    Set<ModelVersionId> artifacts,
    double load,
    Set<String> runtimes) {

  public NodeSnapshot {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("node id: '' (expected: not empty)");
    }
    requireBytes("hostTotalBytes", hostTotalBytes);
    requireBytes("deviceReservedBytes", deviceReservedBytes);
    requireBytes("hostReservedBytes", hostReservedBytes);
    if (!(load >= 0 && load <= 1)) {
      throw new IllegalArgumentException("load: " + load + " (expected: 0..1)");
    }
    labels = Map.copyOf(labels);
    artifacts = Set.copyOf(artifacts);
    runtimes = Set.copyOf(runtimes);
  }

  /**
   * @param kind CPU or GPU
   * @param name such as {@code cpu} or {@code gpu:0}
   * @param totalBytes memory that models may use
   */
  public record Device(DeviceKind kind, String name, long totalBytes) {
    public Device {
      if (kind == DeviceKind.ANY) {
        throw new IllegalArgumentException("device kind: ANY (expected: CPU or GPU)");
      }
      requireBytes("device totalBytes", totalBytes);
    }
  }

  /** Whether a node takes new replicas. */
  public enum Condition {
    /** Takes new replicas. */
    UP,
    /** Takes none and hands over those it has. */
    DRAINING,
    /** Not heard of: takes none, and keeps those it has until membership has decided. */
    UNREACHABLE
  }

  private static void requireBytes(String name, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(name + ": " + bytes + " (expected: >= 0)");
    }
  }
}
