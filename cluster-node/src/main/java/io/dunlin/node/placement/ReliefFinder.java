package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.placement.filter.AvailabilityFilter;
import io.dunlin.node.placement.filter.DeviceKindFilter;
import io.dunlin.node.placement.filter.DeviceMemoryFilter;
import io.dunlin.node.placement.filter.HostMemoryFilter;
import io.dunlin.node.placement.filter.LabelFilter;
import io.dunlin.node.placement.filter.OneReplicaPerNodeFilter;
import io.dunlin.node.placement.filter.ZoneFilter;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the smallest changes that would give an unplaced replica a node: nodes that only one thing
 * keeps from fitting, the best of each kind, ordered by what they cost: waiting, freeing memory
 * (fewest bytes first), a node that comes back, a looser spec, one more node.
 */
final class ReliefFinder {
  private final PlanState state;
  private final NodeSelector selector;

  ReliefFinder(PlanState state, NodeSelector selector) {
    this.state = state;
    this.selector = selector;
  }

  List<Relief> find(VersionState version) {
    Map<Integer, Priced> cheapest = new TreeMap<>();
    Candidate candidate = new Candidate(state, version, 0);
    for (int node = 0; node < state.size(); node++) {
      Priced found = relief(candidate.at(version, node));
      if (found != null) {
        cheapest.merge(found.kind(), found, (a, b) -> b.bytes() < a.bytes() ? b : a);
      }
    }
    List<Relief> reliefs = new ArrayList<>();
    cheapest.values().forEach(priced -> reliefs.add(priced.relief()));
    reliefs.add(joined(version.desired()));
    return reliefs;
  }

  /**
   * @param kind the order between kinds, cheapest first
   * @param bytes the order within a kind
   */
  private record Priced(int kind, long bytes, Relief relief) {}

  private @Nullable Priced relief(Candidate candidate) {
    List<PlacementFilter> failed = new ArrayList<>();
    for (PlacementFilter filter : selector.filters().hard()) {
      if (!filter.passes(candidate)) {
        failed.add(filter);
      }
    }
    if (failed.isEmpty()) {
      return null;
    }
    if (failed.stream().allMatch(ReliefFinder::isMemory)) {
      return memory(candidate, failed);
    }
    return failed.size() == 1 ? single(candidate, failed.getFirst()) : null;
  }

  private @Nullable Priced memory(Candidate candidate, List<PlacementFilter> failed) {
    long device = 0;
    long host = 0;
    for (PlacementFilter filter : failed) {
      if (filter instanceof DeviceMemoryFilter) {
        device = DeviceMemoryFilter.missingBytes(candidate);
      } else {
        host = HostMemoryFilter.missingBytes(candidate);
      }
    }
    NodeSnapshot node = candidate.node();
    boolean tooSmall =
        candidate.demand().deviceBytes() > node.device().totalBytes()
            || host > 0 && candidate.demand().hostBytes() > node.hostTotalBytes();
    if (tooSmall) {
      return null;
    }
    int index = candidate.index();
    if (device <= state.endingDeviceBytes(index) && host <= state.endingHostBytes(index)) {
      return new Priced(0, device + host, new Relief.Unloaded(node.id(), device + host));
    }
    return new Priced(1, device + host, new Relief.Freed(node.id(), device, host));
  }

  private static @Nullable Priced single(Candidate candidate, PlacementFilter filter) {
    NodeSnapshot node = candidate.node();
    return switch (filter) {
      case AvailabilityFilter f ->
          node.condition() == NodeSnapshot.Condition.DRAINING
              ? new Priced(2, 0, new Relief.Resumed(node.id()))
              : new Priced(3, 0, new Relief.Returned(node.id()));
      case OneReplicaPerNodeFilter f -> new Priced(4, 0, new Relief.Shared(node.id()));
      case ZoneFilter f ->
          node.zone().isEmpty()
              ? null
              : new Priced(5, 0, new Relief.ZoneAllowed(node.zone(), node.id()));
      case LabelFilter f -> {
        Map<String, String> missing = LabelFilter.missing(candidate);
        yield new Priced(6, missing.size(), new Relief.LabelsDropped(missing, node.id()));
      }
      case DeviceKindFilter f -> new Priced(7, 0, new Relief.AnyDevice(node.id()));
      default -> null;
    };
  }

  private static Relief joined(DesiredReplicas desired) {
    ModelSpec spec = desired.spec();
    MemoryDemand demand = desired.demand();
    long host = spec.device() == DeviceKind.CPU ? 0 : demand.hostBytes();
    return new Relief.Joined(
        spec.device(),
        demand.deviceBytes(),
        host,
        spec.placement().zones(),
        spec.placement().labels());
  }

  private static boolean isMemory(PlacementFilter filter) {
    return filter instanceof DeviceMemoryFilter || filter instanceof HostMemoryFilter;
  }
}
