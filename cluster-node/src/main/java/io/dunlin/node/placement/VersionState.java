package io.dunlin.node.placement;

import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the replicas of one model version are, while a plan is made. */
final class VersionState {
  private static final BitSet NOWHERE = new BitSet(0);

  private final DesiredReplicas desired;
  private final BitSet holders = new BitSet();
  private final Map<Integer, List<ReplicaId>> heldBy = new HashMap<>();
  private final int[] inZone;
  private final BitSet ordinals = new BitSet();
  private BitSet artifacts = NOWHERE;
  private int staying;
  private int bestSpreadLevel = Integer.MAX_VALUE;

  VersionState(DesiredReplicas desired, int zones) {
    this.desired = desired;
    this.inZone = new int[zones];
  }

  DesiredReplicas desired() {
    return desired;
  }

  /** A replica is on a node, be it to stay or to leave. */
  void hold(ReplicaId replica, int node) {
    holders.set(node);
    heldBy.computeIfAbsent(node, n -> new ArrayList<>()).add(replica);
    ordinals.set(replica.ordinal());
  }

  void release(ReplicaId replica, int node) {
    List<ReplicaId> here = heldBy.getOrDefault(node, List.of());
    if (here.size() > 1) {
      here.remove(replica);
    } else {
      heldBy.remove(node);
      holders.clear(node);
    }
  }

  void stayIn(int zone) {
    inZone[zone]++;
    staying++;
  }

  void leave(int zone) {
    inZone[zone]--;
    staying--;
  }

  boolean isHeldBy(int node) {
    return holders.get(node);
  }

  List<ReplicaId> heldBy(int node) {
    return heldBy.getOrDefault(node, List.of());
  }

  int inZone(int zone) {
    return inZone[zone];
  }

  /** The smallest number any zone has. */
  int fewestInAZone() {
    int fewest = Integer.MAX_VALUE;
    for (int count : inZone) {
      fewest = Math.min(fewest, count);
    }
    return fewest;
  }

  int staying() {
    return staying;
  }

  /** Keeps new replicas from getting the id of one that another says it replaces. */
  void avoid(ReplicaId replaced) {
    ordinals.set(replaced.ordinal());
  }

  /** Takes the smallest ordinal no replica has, not even one that is ending. */
  ReplicaId newReplica() {
    int ordinal = ordinals.nextClearBit(0);
    ordinals.set(ordinal);
    return new ReplicaId(desired.id(), ordinal);
  }

  void artifacts(BitSet nodes) {
    artifacts = nodes;
  }

  boolean artifactOn(int node) {
    return artifacts.get(node);
  }

  int bestSpreadLevel() {
    return bestSpreadLevel;
  }

  void bestSpreadLevel(int level) {
    bestSpreadLevel = level;
  }
}
