package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A cluster that does what plans say, one stage at a time, and to which things happen: nodes join,
 * die, drain, vanish and come back; models are deployed, scaled, changed and removed; loads take
 * their time, measure other bytes than declared, and fail. Everything comes from one seed.
 */
final class SimulatedCluster {
  private final Random random;
  private final Map<String, NodeSnapshot> nodes = new TreeMap<>();
  private final Map<ModelVersionId, DesiredReplicas> desired = new TreeMap<>();
  private final Map<ReplicaId, AssignedReplica> assignments = new TreeMap<>();
  private int nextNode;
  private int nextModel;

  SimulatedCluster(long seed) {
    this.random = new Random(seed);
    int first = 2 + random.nextInt(8);
    for (int i = 0; i < first; i++) {
      join();
    }
  }

  /** The cluster as the controller would report it, in no particular order. */
  ClusterSnapshot snapshot() {
    List<NodeSnapshot> shuffled = new ArrayList<>();
    nodes.values().forEach(node -> shuffled.add(withReserved(node)));
    Collections.shuffle(shuffled, random);
    return new ClusterSnapshot(
        shuffled, new ArrayList<>(desired.values()), new ArrayList<>(assignments.values()));
  }

  /** Does the steps whose conditions hold, as the controller does. */
  void apply(PlacementPlan plan) {
    for (PlacementStep.Start start : plan.starts()) {
      assignments.put(
          start.replica(),
          new AssignedReplica(
              start.replica(),
              start.node(),
              ReplicaState.PENDING,
              start.memory(),
              false,
              start.replaces()));
    }
    for (PlacementStep.Stop stop : plan.stops()) {
      boolean ready = stop.whenReady().stream().allMatch(this::isReady);
      if (ready) {
        become(stop.replica(), ReplicaState.DRAINING);
      }
    }
  }

  /** Every replica on a reachable node goes one stage on, or not yet. */
  void advance(double chance, boolean failures) {
    for (ReplicaId id : List.copyOf(assignments.keySet())) {
      AssignedReplica assignment = Objects.requireNonNull(assignments.get(id));
      NodeSnapshot node = nodes.get(assignment.node());
      boolean acts = node != null && node.condition() != Condition.UNREACHABLE;
      if (acts && random.nextDouble() < chance) {
        advance(assignment, failures && random.nextInt(40) == 0);
      }
    }
    assignments.values().removeIf(a -> !nodes.containsKey(a.node()));
    assignments.values().removeIf(a -> a.state() == ReplicaState.UNLOADED);
  }

  private void advance(AssignedReplica assignment, boolean fails) {
    ReplicaId id = assignment.replica();
    switch (assignment.state()) {
      case PENDING -> reserve(assignment);
      case LOADING -> become(id, fails ? ReplicaState.FAILED : ReplicaState.WARMING);
      case WARMING -> {
        measure(assignment);
        become(id, ReplicaState.READY);
      }
      case DRAINING -> become(id, ReplicaState.UNLOADING);
      case UNLOADING -> become(id, ReplicaState.UNLOADED);
      case FAILED -> become(id, ReplicaState.LOADING);
      case READY, UNLOADED -> {}
    }
  }

  /** The node's ledger grants what fits. */
  private void reserve(AssignedReplica assignment) {
    NodeSnapshot node = Objects.requireNonNull(nodes.get(assignment.node()));
    if (reserved(node.id()) + assignment.memory().deviceBytes() <= node.device().totalBytes()) {
      replace(assignment, ReplicaState.LOADING, assignment.memory(), true);
    }
  }

  /** Now and then a replica turns out larger or smaller than declared, as far as there is room. */
  private void measure(AssignedReplica assignment) {
    NodeSnapshot node = Objects.requireNonNull(nodes.get(assignment.node()));
    long free = node.device().totalBytes() - reserved(node.id());
    if (random.nextInt(5) == 0) {
      long change = Math.min(free, random.nextInt(11) - 5);
      long bytes = Math.max(0, assignment.memory().deviceBytes() + change);
      replace(
          assignment, assignment.state(), new MemoryDemand(bytes, 0, MemoryBasis.MEASURED), true);
      DesiredReplicas of = desired.get(assignment.replica().version());
      if (of != null) {
        MemoryDemand demand = new MemoryDemand(bytes, 0, MemoryBasis.MEASURED);
        desired.put(
            of.id(),
            new DesiredReplicas(of.spec(), of.version(), of.count(), demand, of.platform()));
      }
    }
  }

  /** Something happens; its name. */
  String happen() {
    int die = random.nextInt(100);
    if (die < 30 || desired.isEmpty()) {
      return deploy();
    } else if (die < 50) {
      return scale();
    } else if (die < 57) {
      return undeploy();
    } else if (die < 67) {
      return join();
    } else if (die < 75) {
      return die();
    } else if (die < 85) {
      return condition(Condition.DRAINING);
    } else if (die < 90) {
      return condition(Condition.UNREACHABLE);
    } else {
      return condition(Condition.UP);
    }
  }

  private String join() {
    String id = String.format(Locale.ROOT, "n%03d", nextNode++);
    long bytes = 50 + random.nextInt(150);
    NodeBuilder node =
        random.nextBoolean() ? NodeBuilder.gpu(id, bytes) : NodeBuilder.cpu(id, bytes);
    node.zone("z" + random.nextInt(3)).load(random.nextInt(10) / 10.0);
    if (random.nextInt(4) == 0) {
      node.label("ssd", "true");
    }
    nodes.put(id, node.build());
    return "join " + id;
  }

  private String die() {
    if (nodes.size() < 2) {
      return "nothing";
    }
    String id = anyNode();
    nodes.remove(id);
    assignments.values().removeIf(a -> a.node().equals(id));
    return "die " + id;
  }

  private String condition(Condition condition) {
    String id = anyNode();
    nodes.put(id, with(Objects.requireNonNull(nodes.get(id)), condition));
    return condition + " " + id;
  }

  private String deploy() {
    DesiredBuilder model =
        DesiredBuilder.model("m" + nextModel++)
            .bytes(1 + random.nextInt(60))
            .replicas(1 + random.nextInt(4))
            .priority(random.nextInt(8))
            .on(DeviceKind.values()[random.nextInt(3)]);
    if (random.nextInt(4) == 0) {
      model.sharing();
    }
    if (random.nextInt(5) == 0) {
      model.zones("z0", "z1");
    }
    if (random.nextInt(6) == 0) {
      model.label("ssd", "true");
    }
    desired.put(model.id(), model.build());
    return "deploy " + model.id();
  }

  private String scale() {
    DesiredReplicas of = anyDesired();
    int count = random.nextInt(6);
    desired.put(
        of.id(), new DesiredReplicas(of.spec(), of.version(), count, of.demand(), of.platform()));
    return "scale " + of.id() + " to " + count;
  }

  private String undeploy() {
    ModelVersionId id = anyDesired().id();
    desired.remove(id);
    return "undeploy " + id;
  }

  /** What is unreachable comes back, what drains is resumed: things come to rest. */
  void calm() {
    nodes.replaceAll((id, node) -> with(node, Condition.UP));
  }

  Map<ReplicaId, AssignedReplica> assignments() {
    return Map.copyOf(assignments);
  }

  long reserved(String node) {
    return assignments.values().stream()
        .filter(a -> a.node().equals(node) && a.reserved())
        .mapToLong(a -> a.memory().deviceBytes())
        .sum();
  }

  private boolean isReady(ReplicaId id) {
    AssignedReplica assignment = assignments.get(id);
    return assignment != null && assignment.state() == ReplicaState.READY;
  }

  private void become(ReplicaId id, ReplicaState state) {
    AssignedReplica assignment = Objects.requireNonNull(assignments.get(id));
    replace(assignment, state, assignment.memory(), assignment.reserved());
  }

  private void replace(
      AssignedReplica assignment, ReplicaState state, MemoryDemand memory, boolean reserved) {
    Optional<ReplicaId> replaces = assignment.replaces();
    assignments.put(
        assignment.replica(),
        new AssignedReplica(
            assignment.replica(), assignment.node(), state, memory, reserved, replaces));
  }

  private NodeSnapshot withReserved(NodeSnapshot node) {
    return new NodeSnapshot(
        node.id(),
        node.zone(),
        node.labels(),
        node.device(),
        node.hostTotalBytes(),
        reserved(node.id()),
        0,
        node.condition(),
        node.artifacts(),
        node.load(),
        node.runtimes());
  }

  private static NodeSnapshot with(NodeSnapshot node, Condition condition) {
    return new NodeSnapshot(
        node.id(),
        node.zone(),
        node.labels(),
        node.device(),
        node.hostTotalBytes(),
        0,
        0,
        condition,
        node.artifacts(),
        node.load(),
        node.runtimes());
  }

  private String anyNode() {
    return List.copyOf(nodes.keySet()).get(random.nextInt(nodes.size()));
  }

  private DesiredReplicas anyDesired() {
    return List.copyOf(desired.values()).get(random.nextInt(desired.size()));
  }
}
