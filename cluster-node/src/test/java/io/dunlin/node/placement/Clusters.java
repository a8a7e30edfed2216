package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Puts snapshots together for tests. */
public final class Clusters {
  private Clusters() {}

  public static List<NodeSnapshot> nodes(NodeBuilder... nodes) {
    return Arrays.stream(nodes).map(NodeBuilder::build).toList();
  }

  public static List<DesiredReplicas> desired(DesiredBuilder... desired) {
    return Arrays.stream(desired).map(DesiredBuilder::build).toList();
  }

  public static ClusterSnapshot snapshot(
      List<NodeSnapshot> nodes, List<DesiredReplicas> desired, AssignedReplica... assignments) {
    return new ClusterSnapshot(nodes, desired, List.of(assignments));
  }

  /** {@code model/version/ordinal} READY on a node, its bytes reserved. */
  public static AssignedReplica ready(String entityId, String node, long bytes) {
    return assignment(entityId, node, ReplicaState.READY, bytes);
  }

  public static AssignedReplica assignment(
      String entityId, String node, ReplicaState state, long bytes) {
    return new AssignedReplica(
        ReplicaId.ofEntityId(entityId),
        node,
        state,
        new MemoryDemand(bytes, 0, MemoryBasis.MEASURED),
        state != ReplicaState.PENDING,
        Optional.empty());
  }

  public static AssignedReplica successor(
      String entityId, String node, ReplicaState state, long bytes, String replaces) {
    AssignedReplica assignment = assignment(entityId, node, state, bytes);
    return new AssignedReplica(
        assignment.replica(),
        node,
        state,
        assignment.memory(),
        assignment.reserved(),
        Optional.of(ReplicaId.ofEntityId(replaces)));
  }

  /** One version looked at on one node, with replicas of it on that or other nodes. */
  public static Candidate candidate(
      DesiredBuilder desired, NodeBuilder node, AssignedReplica... assignments) {
    return candidate(desired, List.of(node.build()), node.build().id(), assignments);
  }

  public static Candidate candidate(
      DesiredBuilder desired,
      List<NodeSnapshot> nodes,
      String node,
      AssignedReplica... assignments) {
    ClusterSnapshot snapshot = snapshot(new ArrayList<>(nodes), desired(desired), assignments);
    return Candidate.of(snapshot, desired.id(), node);
  }
}
