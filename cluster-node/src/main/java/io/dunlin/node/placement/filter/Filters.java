package io.dunlin.node.placement.filter;

import io.dunlin.node.placement.Candidate;
import io.dunlin.node.placement.PlacementFilter;
import java.util.List;

/**
 * The filters in the order their reasons are shown. Each has a field of its own type, because the
 * planner asks them ten million times for a large cluster and a call the compiler can see through
 * costs a tenth of one it cannot.
 */
public final class Filters {
  private final AvailabilityFilter availability = new AvailabilityFilter();
  private final DeviceKindFilter deviceKind = new DeviceKindFilter();
  private final RuntimeFilter runtime = new RuntimeFilter();
  private final ZoneFilter zone = new ZoneFilter();
  private final LabelFilter label = new LabelFilter();
  private final OneReplicaPerNodeFilter onePerNode = new OneReplicaPerNodeFilter();
  private final DeviceMemoryFilter deviceMemory = new DeviceMemoryFilter();
  private final HostMemoryFilter hostMemory = new HostMemoryFilter();
  private final SpreadFilter spread = new SpreadFilter();

  private final List<PlacementFilter> hard =
      List.of(availability, deviceKind, runtime, zone, label, onePerNode, deviceMemory, hostMemory);

  /** Every filter that is never relaxed: all but {@link #spread()}. */
  public List<PlacementFilter> hard() {
    return hard;
  }

  public SpreadFilter spread() {
    return spread;
  }

  /** Whether the node suits the spec, whatever else lies on it and whether or not it is up. */
  public boolean suits(Candidate candidate) {
    return deviceKind.passes(candidate)
        && runtime.passes(candidate)
        && zone.passes(candidate)
        && label.passes(candidate);
  }

  /** Why it does not {@link #suits}. */
  public String unsuited(Candidate candidate) {
    for (PlacementFilter filter : List.of(deviceKind, runtime, zone, label)) {
      if (!filter.passes(candidate)) {
        return filter.reason(candidate);
      }
    }
    return "suits";
  }

  /** {@link #suits} and takes new replicas: what does not change while a plan is made. */
  public boolean isEligible(Candidate candidate) {
    return availability.passes(candidate) && suits(candidate);
  }

  /** The rest of {@link #hard()}: what changes with every replica placed. */
  public boolean hasRoom(Candidate candidate) {
    return deviceMemory.passes(candidate)
        && hostMemory.passes(candidate)
        && onePerNode.passes(candidate);
  }
}
