package io.dunlin.gateway.pipeline;

import io.dunlin.gateway.routing.NodeAccess;
import io.dunlin.gateway.routing.ReplicaRouter;
import io.dunlin.gateway.routing.RoutingTable;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.gateway.routing.health.HealthSettings;
import io.dunlin.gateway.routing.selection.ReplicaSelector;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.inference.InferenceReply;
import io.dunlin.shared.inference.InferenceRequest;
import io.dunlin.shared.inference.InferenceResult;
import io.dunlin.shared.inference.Priority;
import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.InferenceEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One model's replicas, each on a node of its own, that do as the test says; and the pipeline in
 * front of them. Replica i is on node {@code n<i>}.
 */
final class Replicas {
  static final ModelVersionId VERSION = new ModelVersionId("m", 1);
  static final long MILLI = 1_000_000;

  final VirtualTime time = new VirtualTime();
  final List<Integer> asked = new ArrayList<>();
  final List<Integer> cancelled = new ArrayList<>();
  final List<TrafficObserver.Again> again = new ArrayList<>();
  final List<String> outcomes = new ArrayList<>();
  final TrafficTable traffics;
  final InferencePipeline pipeline;
  final RoutingTables tables = new RoutingTables();
  private final ReplicaRouter router;
  private final Map<Integer, Script> scripts = new HashMap<>();
  private final LinkedHashMap<Integer, Boolean> up = new LinkedHashMap<>();

  /** How a replica treats an attempt. */
  @FunctionalInterface
  interface Script {
    void attempt(InferenceEndpoint.ReplySink sink);
  }

  private final class Node implements NodeAccess, InferenceEndpoint {
    private final int index;

    private Node(int index) {
      this.index = index;
    }

    @Override
    public InferenceEndpoint endpoint() {
      return this;
    }

    @Override
    public boolean isUp() {
      return up.getOrDefault(index, false);
    }

    @Override
    public boolean isLocal() {
      return false;
    }

    @Override
    public Attempt infer(ReplicaId replica, InferenceRequest request, ReplySink sink) {
      asked.add(index);
      Script script = scripts.get(index);
      if (script != null) {
        script.attempt(sink);
      }
      return () -> cancelled.add(index);
    }
  }

  Replicas(FailoverSettings failover, AdmissionSettings admission, int seed) {
    router =
        new ReplicaRouter(
            tables,
            route -> new Node(route.replica().ordinal()),
            new ReplicaSelector(new SplittableRandom(seed)),
            HealthSettings.DEFAULT);
    traffics =
        new TrafficTable(
            admission,
            failover.budget(),
            (version, limiter, budget) ->
                new TrafficObserver.VersionObserver() {
                  @Override
                  public void again(TrafficObserver.Again reason) {
                    again.add(reason);
                  }

                  @Override
                  public void answered(
                      Origin.Protocol protocol,
                      @Nullable FailureCode code,
                      long nanos,
                      @Nullable Timings timings) {
                    outcomes.add(code == null ? "ok" : code.code());
                  }
                });
    pipeline = new InferencePipeline(router, traffics, failover, time, time);
  }

  static Replicas of(int count) {
    Replicas replicas = new Replicas(FailoverSettings.DEFAULT, AdmissionSettings.DEFAULT, 1);
    int[] all = new int[count];
    for (int i = 0; i < count; i++) {
      all[i] = i;
      replicas.answersAfter(i, 5 * MILLI);
    }
    replicas.ready(all);
    return replicas;
  }

  /** Publishes a table in which exactly these are READY; their nodes are connected. */
  void ready(int... indexes) {
    List<RoutingTable.Route> routes = new ArrayList<>();
    up.clear();
    for (int index : indexes) {
      up.put(index, true);
      routes.add(
          new RoutingTable.Route(
              new ReplicaId(VERSION, index), "n" + index, "127.0.0.1", 1, false));
    }
    tables.publish(
        new RoutingTable(
            Map.of("m", new ServedModel("m", List.of(served(routes.size())), Map.of())),
            routes.isEmpty() ? Map.of() : Map.of(VERSION, routes),
            true));
    pipeline.replicasChanged();
  }

  /** The catalogue wants another version and this one has no replica left. */
  void withdrawn() {
    publish(List.of(version(2, true, ReplicaState.READY, 1)), Map.of());
  }

  /** The catalogue wants version 2, which is READY, and this one still has its replicas. */
  void onItsWayOutBehindVersion2() {
    publish(
        List.of(version(2, true, ReplicaState.READY, 1), version(1, false, ReplicaState.READY, 1)),
        Map.of(VERSION, tables.current().routesTo(VERSION)));
  }

  void failed(String reason) {
    publish(
        List.of(
            new ServedVersion(
                1, true, ReplicaState.FAILED, 0, reason, null, Duration.ofSeconds(30))),
        Map.of());
  }

  private void publish(
      List<ServedVersion> versions, Map<ModelVersionId, List<RoutingTable.Route>> routes) {
    tables.publish(
        new RoutingTable(Map.of("m", new ServedModel("m", versions, Map.of())), routes, true));
    pipeline.replicasChanged();
  }

  private static ServedVersion version(
      long number, boolean desired, ReplicaState state, int ready) {
    return new ServedVersion(
        number,
        desired,
        state,
        ready,
        "",
        new ModelDescription(new ModelVersionId("m", number), "test", List.of()),
        Duration.ofSeconds(30));
  }

  /** The version as the catalogue wants it, with so many replicas. */
  static ServedVersion served(int ready) {
    ReplicaState state = ready > 0 ? ReplicaState.READY : ReplicaState.PENDING;
    return new ServedVersion(
        VERSION.version(), true, state, ready, "", null, Duration.ofSeconds(30));
  }

  void disconnect(int index) {
    up.put(index, false);
  }

  void connect(int index) {
    up.put(index, true);
    pipeline.replicasChanged();
  }

  void does(int index, Script script) {
    scripts.put(index, script);
  }

  void answersAfter(int index, long nanos) {
    does(index, sink -> time.after(nanos, () -> sink.answered(completed(index))));
  }

  void isSilent(int index) {
    does(index, sink -> {});
  }

  /** The node knows at once, in the sender's own call. */
  void refuses(int index, FailureCode code) {
    does(index, sink -> sink.answered(new InferenceReply.Failed(code, "told to refuse")));
  }

  void failsAfter(int index, long nanos, Failure failure) {
    does(index, sink -> time.after(nanos, () -> sink.answered(new InferenceReply.Failed(failure))));
  }

  void failover(boolean idempotent, boolean hedging) {
    traffics.follow(
        Map.of("m", new ModelSpec.Failover(idempotent, hedging)), java.util.Set.of(VERSION));
  }

  static InferenceReply completed(int index) {
    return new InferenceReply.Completed(
        new InferenceResult(new ReplicaId(VERSION, index), List.of(), Timings.NONE));
  }

  CompletableFuture<InferenceResult> infer(Duration timeout) {
    return infer(timeout, "", new Client(time));
  }

  CompletableFuture<InferenceResult> infer(Duration timeout, String tenant, Caller caller) {
    return pipeline
        .infer(
            new InferenceRequest(
                "id",
                VERSION,
                "serving_default",
                List.of(),
                List.of(),
                Deadline.after(time.getAsLong(), timeout),
                Priority.DEFAULT),
            new Origin(caller, tenant, Origin.Protocol.TFSERVING_REST, time.getAsLong()))
        .toCompletableFuture();
  }

  int inFlight() {
    return traffics.of(VERSION, time.getAsLong()).limiter().inFlight();
  }

  /** Which replica answered. */
  static int answererOf(CompletableFuture<InferenceResult> result) {
    if (!result.isDone()) {
      throw new AssertionError("not answered yet");
    }
    return result.join().replica().ordinal();
  }

  static FailureCode failureOf(CompletableFuture<InferenceResult> result) {
    if (!result.isDone()) {
      throw new AssertionError("not answered yet");
    }
    try {
      throw new AssertionError("expected a failure, got " + result.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof InferenceException expected) {
        return expected.failure().code();
      }
      throw new AssertionError("expected an InferenceException", e);
    }
  }
}
