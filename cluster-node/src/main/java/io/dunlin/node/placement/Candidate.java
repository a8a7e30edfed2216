package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.List;

/**
 * One node looked at for one more replica of a model version, in the state the plan has reached.
 * What filters and scorers see. The planner points one object at many nodes, so it must not be
 * kept.
 */
public final class Candidate {
  private final PlanState state;
  private VersionState version;
  private int node;

  Candidate(PlanState state, VersionState version, int node) {
    this.state = state;
    this.version = version;
    this.node = node;
  }

  /**
   * A candidate as it stands before anything is planned.
   *
   * @throws IllegalArgumentException when the snapshot does not have the version or the node
   */
  public static Candidate of(ClusterSnapshot snapshot, ModelVersionId version, String nodeId) {
    PlanState state = PlanState.of(snapshot);
    state.holdAll();
    return new Candidate(state, state.version(version), state.indexOf(nodeId));
  }

  Candidate at(VersionState nextVersion, int nextNode) {
    version = nextVersion;
    node = nextNode;
    return this;
  }

  int index() {
    return node;
  }

  public NodeSnapshot node() {
    return state.node(node);
  }

  public ModelSpec spec() {
    return version.desired().spec();
  }

  public MemoryDemand demand() {
    return version.desired().demand();
  }

  /** The runtime the model version needs. */
  public String platform() {
    return version.desired().platform();
  }

  /** Bytes of the device neither reserved nor planned; negative when it is over-committed. */
  public long freeDeviceBytes() {
    return state.freeDeviceBytes(node);
  }

  /** As {@link #freeDeviceBytes()}, of host memory. */
  public long freeHostBytes() {
    return state.freeHostBytes(node);
  }

  /** The largest device of the cluster, of this node's kind. */
  public long largestDeviceBytes() {
    return state.largestDeviceBytes(node);
  }

  /** Replicas of any model that stay on this node. */
  public int replicasHere() {
    return state.replicasOn(node);
  }

  /** Replicas of this version on this node, those that are about to leave included. */
  public List<ReplicaId> replicasOfVersionHere() {
    return version.heldBy(node);
  }

  public boolean holdsVersion() {
    return version.isHeldBy(node);
  }

  /** Replicas of this version that stay in this node's zone. */
  public int replicasOfVersionInZone() {
    return version.inZone(state.zoneOf(node));
  }

  /** Replicas of this version that stay anywhere. */
  public int replicasOfVersion() {
    return version.staying();
  }

  /** Whether this node has the version's files. */
  public boolean artifactOnDisk() {
    return version.artifactOn(node);
  }

  /**
   * The smallest {@link io.dunlin.node.placement.filter.SpreadFilter} level among the nodes that
   * pass the other filters; known while a decision is explained.
   */
  public int bestSpreadLevel() {
    return version.bestSpreadLevel();
  }
}
