package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cluster while a plan is made: free bytes per node, replicas per node, zone and version. Nodes
 * are indices in the order of their ids, so that scanning them upwards is the tie-break.
 *
 * <p>Memory: a node has free what its total leaves after the ledger's reserved bytes and after the
 * assignments the ledger does not hold yet. What leaves keeps its bytes until the ledger has let
 * them go, which a later snapshot will show; so a plan never counts on an unload to have happened.
 */
final class PlanState {
  private final ClusterSnapshot snapshot;
  private final NodeSnapshot[] nodes;
  private final Map<String, Integer> indices = new HashMap<>();
  private final int[] zoneOf;
  private final long[] deviceFree;
  private final long[] hostFree;
  private final int[] replicas;
  private final long[] deviceEnding;
  private final long[] hostEnding;
  private final Map<ModelVersionId, VersionState> versions = new TreeMap<>();
  private long largestCpuBytes;
  private long largestGpuBytes;

  private PlanState(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
    this.nodes = snapshot.nodes().toArray(NodeSnapshot[]::new);
    this.zoneOf = new int[nodes.length];
    this.deviceFree = new long[nodes.length];
    this.hostFree = new long[nodes.length];
    this.replicas = new int[nodes.length];
    this.deviceEnding = new long[nodes.length];
    this.hostEnding = new long[nodes.length];
  }

  static PlanState of(ClusterSnapshot snapshot) {
    PlanState state = new PlanState(snapshot);
    int zones = state.indexNodes();
    for (DesiredReplicas desired : snapshot.desired()) {
      state.versions.put(desired.id(), new VersionState(desired, zones));
    }
    state.indexArtifacts();
    state.countMemory();
    return state;
  }

  ClusterSnapshot snapshot() {
    return snapshot;
  }

  int size() {
    return nodes.length;
  }

  NodeSnapshot node(int index) {
    return nodes[index];
  }

  /** The index of a node, or -1 when it is lost. */
  int find(String nodeId) {
    return indices.getOrDefault(nodeId, -1);
  }

  int indexOf(String nodeId) {
    int index = find(nodeId);
    if (index < 0) {
      throw new IllegalArgumentException("node: " + nodeId + " (expected: one of the snapshot)");
    }
    return index;
  }

  VersionState version(ModelVersionId id) {
    VersionState version = versions.get(id);
    if (version == null) {
      throw new IllegalArgumentException("version: " + id + " (expected: one of the snapshot)");
    }
    return version;
  }

  @Nullable VersionState findVersion(ModelVersionId id) {
    return versions.get(id);
  }

  Iterable<VersionState> versions() {
    return versions.values();
  }

  int zoneOf(int node) {
    return zoneOf[node];
  }

  long freeDeviceBytes(int node) {
    return deviceFree[node];
  }

  long freeHostBytes(int node) {
    return hostFree[node];
  }

  /** Whether a GPU node's host memory is over-committed. */
  boolean hostIsScarce(int node) {
    return hostFree[node] < 0 && nodes[node].device().kind() == DeviceKind.GPU;
  }

  long usedDeviceBytes(int node) {
    return nodes[node].device().totalBytes() - deviceFree[node];
  }

  /** Device bytes held by replicas that are going to end: free once they have gone. */
  long endingDeviceBytes(int node) {
    return deviceEnding[node];
  }

  long endingHostBytes(int node) {
    return hostEnding[node];
  }

  int replicasOn(int node) {
    return replicas[node];
  }

  long largestDeviceBytes(int node) {
    return nodes[node].device().kind() == DeviceKind.GPU ? largestGpuBytes : largestCpuBytes;
  }

  /** Gives a new replica to a node: it takes memory and stays. */
  void place(VersionState version, ReplicaId replica, int node) {
    take(node, version.desired().demand());
    version.hold(replica, node);
    stay(version, node);
  }

  /** An assigned replica stays where it is; its memory is counted already. */
  void stay(VersionState version, int node) {
    version.stayIn(zoneOf[node]);
    replicas[node]++;
  }

  /** A replica that was to stay leaves; it holds its node and memory until it has gone. */
  void leave(VersionState version, int node) {
    version.leave(zoneOf[node]);
    replicas[node]--;
  }

  /** A replica is going to end, for certain. */
  void willEnd(int node, MemoryDemand memory) {
    deviceEnding[node] += memory.deviceBytes();
    hostEnding[node] += memory.hostBytes();
  }

  /** Gives back the bytes of an assignment that never reserved them and now never will. */
  void forget(AssignedReplica assignment, int node) {
    give(node, assignment.memory());
  }

  /** Takes a replica off its node for a moment, to see the node as it would be without it. */
  void lift(VersionState version, AssignedReplica assignment, int node) {
    leave(version, node);
    version.release(assignment.replica(), node);
    give(node, assignment.memory());
  }

  /** Undoes {@link #lift}. */
  void putBack(VersionState version, AssignedReplica assignment, int node) {
    take(node, assignment.memory());
    version.hold(assignment.replica(), node);
    stay(version, node);
  }

  /** Lets every assignment stay where it is. */
  void holdAll() {
    for (AssignedReplica assignment : snapshot.assignments()) {
      VersionState version = versions.get(assignment.replica().version());
      int node = find(assignment.node());
      if (version != null && node >= 0 && assignment.isPresent()) {
        version.hold(assignment.replica(), node);
        stay(version, node);
      }
    }
  }

  private void take(int node, MemoryDemand memory) {
    deviceFree[node] -= memory.deviceBytes();
    hostFree[node] -= memory.hostBytes();
  }

  private void give(int node, MemoryDemand memory) {
    deviceFree[node] += memory.deviceBytes();
    hostFree[node] += memory.hostBytes();
  }

  private int indexNodes() {
    Map<String, Integer> zones = new HashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      indices.put(nodes[i].id(), i);
      zoneOf[i] = zones.computeIfAbsent(nodes[i].zone(), z -> zones.size());
      long total = nodes[i].device().totalBytes();
      if (nodes[i].device().kind() == DeviceKind.GPU) {
        largestGpuBytes = Math.max(largestGpuBytes, total);
      } else {
        largestCpuBytes = Math.max(largestCpuBytes, total);
      }
    }
    return zones.size();
  }

  private void indexArtifacts() {
    Map<ModelVersionId, BitSet> nodesWith = new HashMap<>();
    for (int i = 0; i < nodes.length; i++) {
      for (ModelVersionId version : nodes[i].artifacts()) {
        nodesWith.computeIfAbsent(version, v -> new BitSet()).set(i);
      }
    }
    nodesWith.forEach(
        (id, bits) -> {
          VersionState version = versions.get(id);
          if (version != null) {
            version.artifacts(bits);
          }
        });
  }

  private void countMemory() {
    long[] deviceKnown = new long[nodes.length];
    long[] hostKnown = new long[nodes.length];
    long[] devicePlanned = new long[nodes.length];
    long[] hostPlanned = new long[nodes.length];
    List<AssignedReplica> assignments = snapshot.assignments();
    for (AssignedReplica assignment : assignments) {
      int node = find(assignment.node());
      boolean reserved = assignment.reserved();
      // One that was told to stop before it reserved anything never will.
      boolean takesNothing = !assignment.isPresent() || assignment.isEnding() && !reserved;
      if (node < 0 || takesNothing) {
        continue;
      }
      (reserved ? deviceKnown : devicePlanned)[node] += assignment.memory().deviceBytes();
      (reserved ? hostKnown : hostPlanned)[node] += assignment.memory().hostBytes();
    }
    // The ledger's total and the assignments' sum may be of different moments: the larger counts.
    Arrays.setAll(
        deviceFree,
        i ->
            nodes[i].device().totalBytes()
                - Math.max(nodes[i].deviceReservedBytes(), deviceKnown[i])
                - devicePlanned[i]);
    Arrays.setAll(
        hostFree,
        i ->
            nodes[i].hostTotalBytes()
                - Math.max(nodes[i].hostReservedBytes(), hostKnown[i])
                - hostPlanned[i]);
  }
}
