package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.admission.RetryBudget;
import io.dunlin.gateway.admission.limit.ConcurrencyLimiter;
import io.dunlin.gateway.routing.NodeAccess;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTable;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.health.HealthSettings;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A gateway's pipeline, router, budget and health in front of simulated nodes on virtual time:
 * nodes die, pause, drain, refuse and lose messages, and routing tables come late and overtake each
 * other.
 */
final class FailoverSimulation {
  private static final ModelVersionId VERSION = new ModelVersionId("m", 1);
  private static final long MILLI = 1_000_000;

  /** Answers come at most this long after the deadline: the timer's own grain, none here. */
  private static final long GRACE = 1;

  private static final int REQUESTS = 150;

  private final SplittableRandom random;
  private final VirtualTime time = new VirtualTime();
  private final RoutingTables tables = new RoutingTables();
  private final List<Node> nodes = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final InferencePipeline pipeline;
  private final TrafficTable traffics;
  private final ReplicaRouter router;
  private final boolean idempotent;
  private final Faults faults;
  private int again;
  private int failed;
  private int answered;
  private long longest;

  private enum Faults {
    ANY,
    ONE_DEATH,
    ONE_PAUSE
  }

  /** A node with one replica of the model. */
  private final class Node implements NodeAccess, InferenceEndpoint {
    private final int index;
    private final List<Runnable> underWay = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;
    private boolean draining;
    private boolean slow;

    private Node(int index) {
      this.index = index;
    }

    @Override
    public InferenceEndpoint endpoint() {
      return this;
    }

    @Override
    public boolean isUp() {
      return alive;
    }

    @Override
    public boolean isLocal() {
      return index == 0;
    }

    @Override
    public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
      boolean[] done = new boolean[1];
      Runnable lost =
          () -> {
            if (!done[0]) {
              done[0] = true;
              sink.answered(new InferenceReply.Failed(FailureCode.CONNECTION_LOST, "lost"));
            }
          };
      if (!alive) {
        lost.run();
        return () -> {};
      }
      underWay.add(lost);
      long delay = MILLI + random.nextLong(20 * MILLI) + (slow ? 2_000 * MILLI : 0);
      if (faults != Faults.ANY || random.nextInt(50) > 0) {
        time.after(delay, () -> reply(done, sink, lost));
      } // else the request or its answer is lost, and the connection stays
      // as the transport does: answered at the deadline when the node has not
      long left = request.deadline().remainingNanos(time.getAsLong());
      time.after(
          Math.max(1, left),
          () -> end(done, sink, lost, failure(FailureCode.DEADLINE_EXCEEDED, null)));
      return () -> end(done, sink, lost, failure(FailureCode.CANCELLED, null));
    }

    private void reply(boolean[] done, ReplySink sink, Runnable lost) {
      if (!alive || done[0]) {
        return;
      }
      if (paused) {
        time.after(100 * MILLI, () -> reply(done, sink, lost));
        return;
      }
      end(done, sink, lost, outcome());
    }

    private InferenceReply outcome() {
      if (draining) {
        return failure(FailureCode.DRAINING, null);
      }
      int dice = faults == Faults.ANY ? random.nextInt(100) : 99;
      if (dice < 3) {
        return failure(FailureCode.OVERLOADED, Duration.ofMillis(5));
      }
      if (dice < 5) {
        return failure(FailureCode.DEADLINE_EXCEEDED, Duration.ofMillis(50));
      }
      if (dice < 6) {
        return failure(FailureCode.REPLICA_GONE, null);
      }
      if (dice < 7) {
        return failure(FailureCode.INVALID_ARGUMENT, null);
      }
      return new InferenceReply.Completed(
          new InferenceResult(new ReplicaId(VERSION, index), List.of(), Timings.NONE));
    }

    private void end(boolean[] done, ReplySink sink, Runnable lost, InferenceReply reply) {
      if (!done[0]) {
        done[0] = true;
        underWay.remove(lost);
        sink.answered(reply);
      }
    }

    private void die() {
      alive = false;
      List<Runnable> all = new ArrayList<>(underWay);
      underWay.clear();
      all.forEach(Runnable::run);
    }
  }

  FailoverSimulation(int seed) {
    this(seed, Faults.ANY);
  }

  private FailoverSimulation(int seed, Faults faults) {
    this.random = new SplittableRandom(seed);
    this.faults = faults;
    int count = faults == Faults.ANY ? 1 + random.nextInt(5) : 3;
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(i));
    }
    idempotent = faults != Faults.ANY || random.nextInt(4) > 0;
    router =
        new ReplicaRouter(
            tables,
            route -> nodes.get(route.replica().ordinal()),
            new ReplicaSelector(random.split()),
            HealthSettings.DEFAULT);
    FailoverSettings settings =
        new FailoverSettings(
            Duration.ofSeconds(1), RetryBudget.Settings.DEFAULT, Duration.ofSeconds(2), 50, 1_000);
    traffics = new TrafficTable(AdmissionSettings.DEFAULT, settings.budget(), this::observer);
    pipeline = new InferencePipeline(router, traffics, settings, time, time);
  }

  static FailoverSimulation killingOneOfThree(int seed) {
    return new FailoverSimulation(seed, Faults.ONE_DEATH);
  }

  static FailoverSimulation pausingOneOfThree(int seed) {
    return new FailoverSimulation(seed, Faults.ONE_PAUSE);
  }

  private TrafficObserver.VersionObserver observer(
      ModelVersionId version, ConcurrencyLimiter limiter, RetryBudget budget) {
    return new TrafficObserver.VersionObserver() {
      @Override
      public void again(TrafficObserver.Again reason) {
        if (reason != TrafficObserver.Again.WAITED) {
          again++;
        }
      }
    };
  }

  /** Plays one history to its end. */
  void run() {
    publish();
    traffics.follow(
        Map.of("m", new ModelSpec.Failover(idempotent, random.nextBoolean())), Set.of(VERSION));
    long at = 0;
    for (int i = 0; i < REQUESTS; i++) {
      at += random.nextLong(20 * MILLI);
      int number = i;
      time.after(at, () -> ask(number));
    }
    scheduleFaults(at);
    boolean more = true;
    while (more) {
      more = time.step(Long.MAX_VALUE);
    }
    checkTheEnd();
  }

  private void scheduleFaults(long end) {
    switch (faults) {
      case ANY -> {
        for (int i = 0; i < 8; i++) {
          time.after(random.nextLong(end), this::anyFault);
        }
      }
      case ONE_DEATH -> time.after(end / 2, () -> change("dies", nodes.get(1)::die));
      case ONE_PAUSE ->
          time.after(end / 2, () -> change("pauses", () -> nodes.get(1).paused = true));
    }
    if (faults == Faults.ONE_PAUSE) {
      time.after(end / 2 + 5_000 * MILLI, () -> nodes.get(1).paused = false);
    }
  }

  private void anyFault() {
    Node node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(6)) {
      case 0, 1 -> change("dies " + node.index, node::die);
      case 2 -> change("lives " + node.index, () -> node.alive = true);
      case 3 -> change("pause " + node.index, () -> node.paused = !node.paused);
      case 4 -> change("drain " + node.index, () -> node.draining = !node.draining);
      default -> change("slow " + node.index, () -> node.slow = !node.slow);
    }
  }

  /** What happens to a node is in the routing table a little later. */
  private void change(String what, Runnable action) {
    log.add(time.getAsLong() + " " + what);
    action.run();
    RoutingTable seen = table();
    time.after(random.nextLong(300 * MILLI), () -> publish(seen));
    // The last word is right, whatever came in between.
    time.after(300 * MILLI, this::publish);
  }

  private void publish() {
    publish(table());
  }

  private RoutingTable table() {
    List<RoutingTable.Route> routes = new ArrayList<>();
    for (Node node : nodes) {
      if (node.alive && !node.draining) {
        routes.add(
            new RoutingTable.Route(
                new ReplicaId(VERSION, node.index), "n" + node.index, "127.0.0.1", 1, false));
      }
    }
    return new RoutingTable(
        Map.of("m", new ServedModel("m", List.of(Replicas.served(routes.size())), Map.of())),
        routes.isEmpty() ? Map.of() : Map.of(VERSION, routes),
        true);
  }

  private void publish(RoutingTable table) {
    tables.publish(table);
    router.forgetGone();
    pipeline.replicasChanged();
  }

  private void ask(int number) {
    long begin = time.getAsLong();
    Duration timeout = Duration.ofMillis(faults == Faults.ANY ? random.nextInt(6_000) : 10_000);
    Client client = new Client(time);
    InferenceRequest request =
        new InferenceRequest(
            "r" + number,
            VERSION,
            "serving_default",
            List.of(),
            List.of(),
            Deadline.after(begin, timeout),
            Priority.DEFAULT);
    int[] answers = new int[1];
    pipeline
        .infer(request, new Origin(client, "", Origin.Protocol.TFSERVING_REST, begin))
        .whenComplete(
            (result, failure) -> {
              answers[0]++;
              long took = time.getAsLong() - begin;
              log.add(time.getAsLong() + " " + number + (failure == null ? " ok" : " " + failure));
              longest = Math.max(longest, took);
              answered++;
              failed += failure == null ? 0 : 1;
              if (took > timeout.toNanos() + GRACE) {
                violations.add("request " + number + " took " + took + " of " + timeout);
              }
            });
    if (faults == Faults.ANY && random.nextInt(30) == 0) {
      time.after(random.nextLong(50 * MILLI), client::goes);
    }
    time.after(
        timeout.toNanos() + 2 * GRACE,
        () -> {
          if (answers[0] != 1) {
            violations.add("request " + number + ": " + answers[0] + " answers");
          }
        });
  }

  private void checkTheEnd() {
    expect(answered == REQUESTS, answered + " of " + REQUESTS + " answered");
    expect(pipeline.waiting() == 0, pipeline.waiting() + " still wait");
    int inFlight = traffics.of(VERSION, time.getAsLong()).limiter().inFlight();
    expect(inFlight == 0, inFlight + " permits not given back");
    int allowed = (int) (REQUESTS * 0.2) + 10 * 10 * 2;
    expect(again <= allowed, again + " further attempts, allowed " + allowed);
    router.forEachTarget(
        target -> expect(target.load().inFlight() == 0, target.replica() + " has attempts left"));
  }

  private void expect(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }

  List<String> violations() {
    return violations;
  }

  List<String> log() {
    return log;
  }

  int failed() {
    return failed;
  }

  int answered() {
    return answered;
  }

  long longestNanos() {
    return longest;
  }

  private static InferenceReply failure(FailureCode code, @Nullable Duration retryAfter) {
    return new InferenceReply.Failed(new Failure(code, "simulated", retryAfter));
  }
}
