package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import io.dunlin.shared.model.ByteSize;

/**
 * The device has the replica's bytes free. Rationale: a device that runs out of memory takes down
 * every replica in its process, so nothing is over-committed.
 */
public final class DeviceMemoryFilter implements PlacementFilter {
  @Override
  public String name() {
    return "device-memory";
  }

  @Override
  public boolean passes(Candidate candidate) {
    return candidate.demand().deviceBytes() <= candidate.freeDeviceBytes();
  }

  @Override
  public String reason(Candidate candidate) {
    return needs(candidate.demand().deviceBytes(), candidate.freeDeviceBytes(), "free");
  }

  /** Bytes that would have to be freed; zero or less when it passes. */
  public static long missingBytes(Candidate candidate) {
    return candidate.demand().deviceBytes() - candidate.freeDeviceBytes();
  }

  /** {@code needs 6.1 GiB, 2.3 GiB free}; exact bytes where rounding would hide the difference. */
  static String needs(long needed, long free, String word) {
    String neededText = ByteSize.format(needed);
    String freeText = ByteSize.format(free);
    if (neededText.equals(freeText)) {
      return "needs " + needed + " bytes, " + free + " " + word;
    }
    return "needs " + neededText + ", " + freeText + " " + word;
  }
}
