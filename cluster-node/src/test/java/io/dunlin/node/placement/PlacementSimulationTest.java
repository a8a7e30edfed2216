package io.dunlin.node.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.DecisionRecord.Outcome;
import io.dunlin.node.placement.PlacementPlan.PlannedReplica;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plans against a cluster to which things happen, and checks after each of them what must always
 * hold. A failure names its seed and the events so far; {@code -Ddunlin.placement.seed=N} runs that
 * seed alone, {@code -Ddunlin.placement.seeds=N} runs the first N.
 */
class PlacementSimulationTest {
  private static final int EVENTS = 60;
  private static final int ROUNDS_TO_REST = 400;
  private static final int BUDGET = 3;

  private final PlacementPlanner planner =
      new PlacementPlanner(new PlacementSettings(BUDGET, 0.8, 100, 50));
  private final List<String> history = new ArrayList<>();

  static LongStream seeds() {
    Long one = Long.getLong("dunlin.placement.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("dunlin.placement.seeds", 25L));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverHappensTheInvariantsHoldAndTheClusterComesToRest(long seed) {
    try {
      SimulatedCluster cluster = new SimulatedCluster(seed);
      for (int i = 0; i < EVENTS; i++) {
        history.add(cluster.happen());
        round(cluster, true);
        cluster.advance(0.5, true);
      }
      cluster.calm();
      history.add("calm");
      rest(cluster);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + " (replay: -Ddunlin.placement.seed=" + seed + ") after " + history, e);
    }
  }

  private PlacementPlan round(SimulatedCluster cluster, boolean explain) {
    ClusterSnapshot snapshot = cluster.snapshot();
    PlacementPlan plan = planner.plan(snapshot);
    checkDeterminism(cluster, plan);
    checkMemory(plan);
    checkSharing(plan);
    checkStability(plan);
    checkHandOver(plan);
    checkCounts(plan);
    if (explain) {
      checkExplanations(plan);
    }
    Map<ModelVersionId, Long> serving = serving(cluster);
    cluster.apply(plan);
    checkStillServing(plan, serving, serving(cluster));
    return plan;
  }

  private void rest(SimulatedCluster cluster) {
    String last = "";
    for (int i = 0; i < ROUNDS_TO_REST; i++) {
      PlacementPlan plan = round(cluster, false);
      boolean quiet = plan.steps().isEmpty() && notReady(cluster).isEmpty();
      if (quiet) {
        checkExplanations(plan);
        checkReliefs(plan);
        checkAtRest(plan);
        return;
      }
      cluster.advance(1, false);
      last = plan.steps() + " " + notReady(cluster);
    }
    throw new AssertionError("not at rest after " + ROUNDS_TO_REST + " rounds: " + last);
  }

  private static List<AssignedReplica> notReady(SimulatedCluster cluster) {
    return cluster.assignments().values().stream()
        .filter(a -> a.state() != ReplicaState.READY)
        .toList();
  }

  /** The same cluster reported in another order gives the same plan. */
  private void checkDeterminism(SimulatedCluster cluster, PlacementPlan plan) {
    PlacementPlan again = planner.plan(cluster.snapshot());
    assertThat(again.steps()).isEqualTo(plan.steps());
    assertThat(again.unplaced()).isEqualTo(plan.unplaced());
  }

  /** What is started fits beside everything that is reserved or planned. */
  private static void checkMemory(PlacementPlan plan) {
    Map<String, Long> free = free(plan);
    for (PlacementStep.Start start : plan.starts()) {
      long left = free.merge(start.node(), -start.memory().deviceBytes(), Long::sum);
      assertThat(left).as("bytes left on %s after %s", start.node(), start).isNotNegative();
    }
  }

  private static Map<String, Long> free(PlacementPlan plan) {
    Map<String, Long> free = new HashMap<>();
    for (NodeSnapshot node : plan.snapshot().nodes()) {
      free.put(node.id(), node.device().totalBytes() - node.deviceReservedBytes());
    }
    Set<ReplicaId> stopping = new HashSet<>();
    plan.stops().stream()
        .filter(stop -> stop.whenReady().isEmpty())
        .forEach(stop -> stopping.add(stop.replica()));
    for (AssignedReplica a : plan.snapshot().assignments()) {
      if (!a.reserved() && !a.isEnding() && !stopping.contains(a.replica())) {
        free.computeIfPresent(a.node(), (n, bytes) -> bytes - a.memory().deviceBytes());
      }
    }
    return free;
  }

  /** No start puts two replicas of a version on one node while another fits; none with spread. */
  private void checkSharing(PlacementPlan plan) {
    Map<ModelVersionId, DesiredReplicas> desired = byId(plan);
    Map<ModelVersionId, List<String>> holders = new HashMap<>();
    for (AssignedReplica a : plan.snapshot().assignments()) {
      holders.computeIfAbsent(a.replica().version(), v -> new ArrayList<>()).add(a.node());
    }
    for (PlacementStep.Start start : plan.starts()) {
      List<String> held =
          holders.computeIfAbsent(start.replica().version(), v -> new ArrayList<>());
      DesiredReplicas of = Objects.requireNonNull(desired.get(start.replica().version()));
      if (of.spec().placement().spread()) {
        assertThat(held).as("nodes with %s", of.id()).doesNotContain(start.node());
      }
      held.add(start.node());
    }
  }

  /** What stays, stays where it is; for balance's sake no more moves than the budget. */
  private static void checkStability(PlacementPlan plan) {
    Map<ReplicaId, String> before = new HashMap<>();
    plan.snapshot().assignments().forEach(a -> before.put(a.replica(), a.node()));
    for (PlannedReplica planned : plan.replicas()) {
      if (!planned.isNew()) {
        assertThat(planned.node()).isEqualTo(before.get(planned.replica()));
      }
    }
    Map<String, NodeSnapshot> nodes = new HashMap<>();
    plan.snapshot().nodes().forEach(node -> nodes.put(node.id(), node));
    long forBalance =
        plan.starts().stream()
            .filter(start -> start.replaces().isPresent())
            .map(start -> nodes.get(before.get(start.replaces().orElseThrow())))
            .filter(from -> from != null && from.condition() == NodeSnapshot.Condition.UP)
            .count();
    assertThat(forBalance).as("moves from nodes that are up").isLessThanOrEqualTo(BUDGET);
    assertThat(plan.starts())
        .as("starts under the id of a replica that is there")
        .noneMatch(start -> before.containsKey(start.replica()));
  }

  /** A READY replica that is still wanted stops only when as many as wanted, or another, serve. */
  private static void checkHandOver(PlacementPlan plan) {
    Map<ModelVersionId, DesiredReplicas> desired = byId(plan);
    Map<ReplicaId, AssignedReplica> assignments = new HashMap<>();
    plan.snapshot().assignments().forEach(a -> assignments.put(a.replica(), a));
    for (PlacementStep.Stop stop : plan.stops()) {
      DesiredReplicas of = desired.get(stop.replica().version());
      AssignedReplica stopped = Objects.requireNonNull(assignments.get(stop.replica()));
      if (of == null || of.count() == 0 || stopped.state() != ReplicaState.READY) {
        continue;
      }
      long others =
          plan.replicas().stream()
              .filter(r -> r.replica().version().equals(stop.replica().version()))
              .count();
      assertThat(others).as("replicas that stay when %s stops", stop).isPositive();
      assertThat(plan.replicas()).extracting(PlannedReplica::replica).containsAll(stop.whenReady());
    }
  }

  private static Map<ModelVersionId, Long> serving(SimulatedCluster cluster) {
    return cluster.assignments().values().stream()
        .filter(a -> a.state() == ReplicaState.READY)
        .collect(Collectors.groupingBy(a -> a.replica().version(), Collectors.counting()));
  }

  /** No plan takes away the last READY replica of a version that is wanted. */
  private static void checkStillServing(
      PlacementPlan plan, Map<ModelVersionId, Long> before, Map<ModelVersionId, Long> after) {
    for (DesiredReplicas of : plan.snapshot().desired()) {
      if (of.count() > 0 && before.containsKey(of.id())) {
        assertThat(after).as("READY replicas by version").containsKey(of.id());
      }
    }
  }

  /**
   * By the test's own reading of the rules: what is unplaced or shares a node fits nowhere else.
   */
  private static void checkAtRest(PlacementPlan plan) {
    Map<ModelVersionId, DesiredReplicas> desired = byId(plan);
    Map<ModelVersionId, Map<String, Long>> held =
        plan.replicas().stream()
            .collect(
                Collectors.groupingBy(
                    r -> r.replica().version(),
                    Collectors.groupingBy(PlannedReplica::node, Collectors.counting())));
    plan.unplaced()
        .forEach(
            u -> {
              DesiredReplicas of = Objects.requireNonNull(desired.get(u.replica().version()));
              boolean spread = of.spec().placement().spread();
              Map<String, Long> own = held.getOrDefault(of.id(), Map.of());
              assertThat(fitting(plan, of, n -> !spread || !own.containsKey(n.id())))
                  .as("nodes for %s, which has none", u.replica())
                  .isEmpty();
            });
    held.forEach(
        (version, own) -> {
          DesiredReplicas of = Objects.requireNonNull(desired.get(version));
          if (own.values().stream().anyMatch(count -> count > 1)) {
            assertThat(of.spec().placement().spread()).as("spread of %s", version).isFalse();
            assertThat(fitting(plan, of, n -> !own.containsKey(n.id())))
                .as("other nodes for %s, which shares one", version)
                .isEmpty();
          }
        });
  }

  private static List<String> fitting(
      PlacementPlan plan, DesiredReplicas of, Predicate<NodeSnapshot> allowed) {
    Map<String, Long> free = free(plan);
    List<String> zones = of.spec().placement().zones();
    return plan.snapshot().nodes().stream()
        .filter(n -> n.condition() == NodeSnapshot.Condition.UP)
        .filter(
            n -> of.spec().device() == DeviceKind.ANY || of.spec().device() == n.device().kind())
        .filter(n -> zones.isEmpty() || zones.contains(n.zone()))
        .filter(n -> n.labels().entrySet().containsAll(of.spec().placement().labels().entrySet()))
        .filter(n -> free.getOrDefault(n.id(), 0L) >= of.demand().deviceBytes())
        .filter(allowed)
        .map(NodeSnapshot::id)
        .toList();
  }

  private static void checkCounts(PlacementPlan plan) {
    Map<ModelVersionId, Integer> counts = new HashMap<>();
    plan.replicas().forEach(r -> counts.merge(r.replica().version(), 1, Integer::sum));
    plan.unplaced().forEach(u -> counts.merge(u.replica().version(), 1, Integer::sum));
    for (DesiredReplicas of : plan.snapshot().desired()) {
      assertThat(counts.getOrDefault(of.id(), 0))
          .as("replicas of %s", of.id())
          .isEqualTo(of.count());
    }
  }

  /** Explaining repeats the plan: the first candidate of a placement is where it went. */
  private void checkExplanations(PlacementPlan plan) {
    Map<ReplicaId, String> placed = new HashMap<>();
    plan.replicas().forEach(r -> placed.put(r.replica(), r.node()));
    Set<String> models = new HashSet<>();
    plan.snapshot().desired().forEach(of -> models.add(of.spec().name()));
    for (String model : models) {
      for (DecisionRecord record : planner.explain(plan, model)) {
        switch (record.outcome()) {
          case Outcome.Placed where -> {
            assertThat(where.node()).isEqualTo(placed.get(record.replica()));
            assertThat(record.candidates().getFirst().node()).isEqualTo(where.node());
          }
          case Outcome.Kept where ->
              assertThat(where.node()).isEqualTo(placed.get(record.replica()));
          case Outcome.Moved where ->
              assertThat(where.node()).isEqualTo(placed.get(record.replica()));
          case Outcome.NotPlaced nowhere -> {
            assertThat(record.candidates()).noneMatch(CandidateVerdict::passed);
            assertThat(record.wouldFitIf()).isNotEmpty();
          }
          case Outcome.Leaving leaving -> assertThat(placed).doesNotContainKey(record.replica());
        }
      }
    }
  }

  /** Each change said to help does help. */
  private void checkReliefs(PlacementPlan plan) {
    Set<String> models = new HashSet<>();
    plan.unplaced().forEach(u -> models.add(u.replica().version().model()));
    for (String model : models) {
      for (DecisionRecord record : planner.explain(plan, model)) {
        for (Relief relief : record.wouldFitIf()) {
          ModelVersionId version = record.replica().version();
          ClusterSnapshot relieved = Relieved.apply(alone(plan, version), version, relief);
          assertThat(missing(planner.plan(relieved), version))
              .as("%s without a node if %s", record.replica(), relief.text())
              .isLessThan(missing(plan, version));
        }
      }
    }
  }

  /** Nobody else waits for room, so that it cannot be taken by a more urgent model. */
  private static ClusterSnapshot alone(PlacementPlan plan, ModelVersionId version) {
    List<DesiredReplicas> desired = new ArrayList<>();
    for (DesiredReplicas of : plan.snapshot().desired()) {
      int others = of.id().equals(version) ? 0 : (int) missing(plan, of.id());
      desired.add(
          new DesiredReplicas(
              of.spec(), of.version(), of.count() - others, of.demand(), of.platform()));
    }
    return new ClusterSnapshot(plan.snapshot().nodes(), desired, plan.snapshot().assignments());
  }

  private static long missing(PlacementPlan plan, ModelVersionId version) {
    return plan.unplaced().stream().filter(u -> u.replica().version().equals(version)).count();
  }

  private static Map<ModelVersionId, DesiredReplicas> byId(PlacementPlan plan) {
    Map<ModelVersionId, DesiredReplicas> desired = new HashMap<>();
    plan.snapshot().desired().forEach(of -> desired.put(of.id(), of));
    return desired;
  }
}
