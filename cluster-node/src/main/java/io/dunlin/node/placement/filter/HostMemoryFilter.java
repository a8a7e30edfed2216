package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import io.dunlin.shared.model.ModelSpec.DeviceKind;

/**
 * A GPU node has the host bytes the replica needs beside the device's. Rationale: weights pass
 * through host memory and some stay there. A CPU node's device is its host memory, and {@link
 * DeviceMemoryFilter} has looked at it.
 */
public final class HostMemoryFilter implements PlacementFilter {
  @Override
  public String name() {
    return "host-memory";
  }

  @Override
  public boolean passes(Candidate candidate) {
    return candidate.node().device().kind() == DeviceKind.CPU || missingBytes(candidate) <= 0;
  }

  @Override
  public String reason(Candidate candidate) {
    return DeviceMemoryFilter.needs(
        candidate.demand().hostBytes(), candidate.freeHostBytes(), "of host memory free");
  }

  /** Bytes that would have to be freed; zero or less when it passes. */
  public static long missingBytes(Candidate candidate) {
    return candidate.demand().hostBytes() - candidate.freeHostBytes();
  }
}
