package io.dunlin.node.placement;

import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.node.placement.NodeSnapshot.Condition;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Prints what planning costs and how full it fills: 100, 1 000 and 10 000 replicas on a tenth as
 * many devices, from nothing, at rest, after a node is lost and after one has joined. Run with
 * {@code java -cp <test classpath> io.dunlin.node.placement.PlanningCost [seed]}.
 *
 * <p>Times are the planning thread's CPU time, the median of five runs, so that other work on the
 * machine does not count. "started" counts new replicas; after a join at rest they are moves.
 *
 * <p>The bound is what no plan can exceed: the bytes of the devices, or of the replicas where those
 * are fewer. "cut" clusters are made by cutting every device into replicas without waste, so that a
 * perfect packing exists; "full" ones want a fifth more than there is.
 */
public final class PlanningCost {
  private static final long GIB = 1L << 30;
  private static final int WARM_UP_RUNS = 5;
  private static final int TIMED_RUNS = 5;

  private PlanningCost() {}

  public static void main(String[] args) {
    long seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
    System.out.printf("seed %d%n", seed);
    System.out.println(
        "replicas devices cluster  plan ms placed  packing   rest ms   lost ms started/held"
            + " joined ms started");
    for (int replicas : new int[] {100, 1_000, 10_000}) {
      for (String kind : List.of("half", "cut", "full")) {
        measure(replicas, kind, new Random(seed));
      }
    }
  }

  private static void measure(int replicas, String kind, Random random) {
    int devices = replicas / 10;
    ClusterSnapshot empty = cluster(devices, replicas, kind, random);
    PlacementPlanner planner = new PlacementPlanner(PlacementSettings.DEFAULT);
    Timed first = timed(planner, empty);
    ClusterSnapshot settled = settled(first.plan());
    Timed rest = timed(planner, settled);
    String lost = settled.nodes().get(devices / 2).id();
    long held = settled.assignments().stream().filter(a -> a.node().equals(lost)).count();
    Timed afterLoss = timed(planner, new WhatIf(List.of(), Set.of(lost)).applyTo(settled));
    Timed afterJoin = timed(planner, withNode(settled, devices));
    long wanted = empty.desired().stream().mapToLong(d -> d.count() * bytes(d)).sum();
    long capacity = empty.nodes().stream().mapToLong(n -> n.device().totalBytes()).sum();
    System.out.printf(
        Locale.ROOT,
        "%8d %7d %-7s %8.1f %6d %7.2f%% %9.1f %9.1f %7d/%-4d %9.1f %7d%n",
        replicas,
        devices,
        kind,
        first.millis(),
        first.plan().replicas().size(),
        100.0 * placedBytes(first.plan()) / Math.min(wanted, capacity),
        rest.millis(),
        afterLoss.millis(),
        afterLoss.plan().starts().size(),
        held,
        afterJoin.millis(),
        afterJoin.plan().starts().size());
  }

  private record Timed(PlacementPlan plan, double millis) {}

  /** The median of some runs after some others. */
  private static Timed timed(PlacementPlanner planner, ClusterSnapshot snapshot) {
    PlacementPlan plan = planner.plan(snapshot);
    for (int i = 1; i < WARM_UP_RUNS; i++) {
      planner.plan(snapshot);
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < TIMED_RUNS; i++) {
      long start = threads.getCurrentThreadCpuTime();
      planner.plan(snapshot);
      millis.add((threads.getCurrentThreadCpuTime() - start) / 1e6);
    }
    Collections.sort(millis);
    return new Timed(plan, millis.get(TIMED_RUNS / 2));
  }

  /** Devices of 16 to 80 GiB in three zones; a third of the models have two replicas. */
  static ClusterSnapshot cluster(int devices, int replicas, String kind, Random random) {
    List<NodeSnapshot> nodes = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    long[] choices = {16 * GIB, 24 * GIB, 40 * GIB, 80 * GIB};
    for (int i = 0; i < devices; i++) {
      long total = choices[random.nextInt(choices.length)];
      nodes.add(
          NodeBuilder.gpu(String.format(Locale.ROOT, "node-%04d", i), total)
              .zone("zone-" + i % 3)
              .load(random.nextInt(100) / 100.0)
              .build());
      cut(total, replicas / devices, random, sizes);
    }
    Collections.shuffle(sizes, random);
    List<DesiredReplicas> desired = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      long size = sizes.get(i);
      long bytes =
          switch (kind) {
            case "half" -> size / 2;
            case "full" -> size * 6 / 5;
            default -> size;
          };
      boolean twins = i % 3 == 0 && i + 1 < sizes.size() && !kind.equals("cut");
      i += twins ? 1 : 0;
      desired.add(
          DesiredBuilder.model("m" + i)
              .on(DeviceKind.GPU)
              .bytes(bytes)
              .replicas(twins ? 2 : 1)
              .priority(kind.equals("full") ? i % 3 : 3)
              .build());
    }
    return new ClusterSnapshot(nodes, desired, List.of());
  }

  private static void cut(long total, int pieces, Random random, List<Long> sizes) {
    double[] shares = new double[pieces];
    double sum = 0;
    for (int i = 0; i < pieces; i++) {
      shares[i] = -Math.log(1 - random.nextDouble());
      sum += shares[i];
    }
    long left = total;
    for (int i = 0; i < pieces - 1; i++) {
      long bytes = (long) (total * shares[i] / sum);
      sizes.add(bytes);
      left -= bytes;
    }
    sizes.add(left);
  }

  /** The cluster once every step is done. */
  static ClusterSnapshot settled(PlacementPlan plan) {
    Map<String, Long> reserved = new HashMap<>();
    Map<ModelVersionId, DesiredReplicas> desired = new HashMap<>();
    plan.snapshot().desired().forEach(d -> desired.put(d.id(), d));
    List<AssignedReplica> assignments = new ArrayList<>();
    for (PlacementPlan.PlannedReplica replica : plan.replicas()) {
      MemoryDemand memory =
          Objects.requireNonNull(desired.get(replica.replica().version())).demand();
      reserved.merge(replica.node(), memory.deviceBytes(), Long::sum);
      assignments.add(
          new AssignedReplica(
              replica.replica(),
              replica.node(),
              ReplicaState.READY,
              memory,
              true,
              Optional.empty()));
    }
    List<NodeSnapshot> nodes = new ArrayList<>();
    for (NodeSnapshot node : plan.snapshot().nodes()) {
      nodes.add(
          new NodeSnapshot(
              node.id(),
              node.zone(),
              node.labels(),
              node.device(),
              node.hostTotalBytes(),
              reserved.getOrDefault(node.id(), 0L),
              0,
              Condition.UP,
              node.artifacts(),
              node.load(),
              node.runtimes()));
    }
    return new ClusterSnapshot(nodes, plan.snapshot().desired(), assignments);
  }

  private static ClusterSnapshot withNode(ClusterSnapshot snapshot, int index) {
    List<NodeSnapshot> nodes = new ArrayList<>(snapshot.nodes());
    nodes.add(NodeBuilder.gpu("node-new", 80 * GIB).zone("zone-" + index % 3).build());
    return new ClusterSnapshot(nodes, snapshot.desired(), snapshot.assignments());
  }

  private static long placedBytes(PlacementPlan plan) {
    Map<ModelVersionId, Long> bytes = new HashMap<>();
    plan.snapshot().desired().forEach(d -> bytes.put(d.id(), bytes(d)));
    return plan.replicas().stream()
        .mapToLong(r -> bytes.getOrDefault(r.replica().version(), 0L))
        .sum();
  }

  private static long bytes(DesiredReplicas desired) {
    return desired.demand().deviceBytes();
  }
}
