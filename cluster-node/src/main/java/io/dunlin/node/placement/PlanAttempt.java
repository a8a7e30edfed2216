package io.dunlin.node.placement;

import io.dunlin.node.placement.DecisionRecord.Outcome;
import io.dunlin.node.placement.PlacementPlan.PlannedReplica;
import io.dunlin.node.placement.PlacementPlan.UnplacedReplica;
import io.dunlin.node.placement.Triage.Cause;
import io.dunlin.node.placement.Triage.Leaving;
import io.dunlin.node.placement.score.ScoreWeights;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one plan with one set of weights.
 *
 * <p>1. Assignments that never reserved their memory and no longer fit are evicted. 2. Each
 * version's replicas are triaged. 3. Missing replicas are placed in this order: priority, then the
 * first replica of each version before any second one, then the largest (best fit decreasing,
 * Johnson 1973, which fills bins best), then the id. 4. When nothing had to be started, the {@link
 * Rebalancer} may move some. 5. Steps are listed.
 */
final class PlanAttempt {
  private static final int LAST_TIER = 2;
  private static final Comparator<Request> ORDER =
      Comparator.<Request>comparingInt(r -> r.version().desired().spec().priority())
          .thenComparingInt(Request::tier)
          .thenComparingLong(r -> -r.version().desired().demand().deviceBytes())
          .thenComparing(Request::replica);

  private final PlanState state;
  private final NodeSelector selector;
  private final ScoreWeights weights;
  private final PlacementSettings settings;
  private final DecisionLog log;
  private final List<PlannedReplica> replicas = new ArrayList<>();
  private final List<Request> unplaced = new ArrayList<>();
  private final List<PlacementStep> starts = new ArrayList<>();
  private final List<PlacementStep> stops = new ArrayList<>();

  PlanAttempt(
      ClusterSnapshot snapshot, ScoreWeights weights, PlacementSettings settings, DecisionLog log) {
    this.state = PlanState.of(snapshot);
    this.selector = new NodeSelector(state, weights);
    this.weights = weights;
    this.settings = settings;
    this.log = log;
  }

  /**
   * A replica that is to be placed.
   *
   * @param tier how many the version has before it, up to a bound
   */
  private record Request(
      VersionState version, ReplicaId replica, int tier, Optional<ReplicaId> replaces) {}

  PlacementPlan run() {
    List<Triage.Result> triaged = triage();
    List<Request> requests = requests(triaged);
    requests.sort(ORDER);
    Map<ReplicaId, ReplicaId> successors = new HashMap<>();
    for (Request request : requests) {
      if (place(request)) {
        request.replaces().ifPresent(old -> successors.put(old, request.replica()));
      }
    }
    for (Triage.Result result : triaged) {
      stop(result, successors);
    }
    if (starts.isEmpty()) {
      rebalance(triaged);
    }
    explainUnplaced();
    return plan();
  }

  private List<Triage.Result> triage() {
    Map<ModelVersionId, List<AssignedReplica>> byVersion = new HashMap<>();
    for (AssignedReplica assignment : state.snapshot().assignments()) {
      byVersion
          .computeIfAbsent(assignment.replica().version(), v -> new ArrayList<>())
          .add(assignment);
    }
    Triage triage = new Triage(state, selector.filters(), Eviction.evict(state));
    List<Triage.Result> results = new ArrayList<>();
    for (VersionState version : state.versions()) {
      List<AssignedReplica> own = byVersion.remove(version.desired().id());
      results.add(triage.triage(version, own == null ? List.of() : own));
    }
    stopUnwanted(byVersion);
    for (Triage.Result result : results) {
      keep(result);
    }
    return results;
  }

  /** Versions nobody wants any more go at once. */
  private void stopUnwanted(Map<ModelVersionId, List<AssignedReplica>> byVersion) {
    byVersion.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(AssignedReplica::replica))
        .forEach(this::stopUnwanted);
  }

  private void stopUnwanted(AssignedReplica assignment) {
    int node = state.find(assignment.node());
    if (node < 0 || !assignment.isPresent()) {
      return;
    }
    state.willEnd(node, assignment.memory());
    if (!assignment.isEnding()) {
      String reason = "version not wanted any more";
      stops.add(new PlacementStep.Stop(assignment.replica(), assignment.node(), reason, List.of()));
      if (log.wants(assignment.replica().version())) {
        Outcome outcome = new Outcome.Leaving(assignment.node(), reason);
        log.add(assignment.replica(), outcome, List.of(), List.of());
      }
    }
  }

  private void keep(Triage.Result result) {
    for (AssignedReplica assignment : result.staying()) {
      replicas.add(new PlannedReplica(assignment.replica(), assignment.node(), false));
      if (log.wants(result.version().desired().id())) {
        int node = state.indexOf(assignment.node());
        state.lift(result.version(), assignment, node);
        List<CandidateVerdict> verdicts = selector.verdicts(result.version());
        state.putBack(result.version(), assignment, node);
        Outcome outcome = new Outcome.Kept(assignment.node(), assignment.state());
        log.add(assignment.replica(), outcome, verdicts, List.of());
      }
    }
  }

  private static List<Request> requests(List<Triage.Result> triaged) {
    List<Request> requests = new ArrayList<>();
    for (Triage.Result result : triaged) {
      List<Leaving> succeeded = result.leaving().stream().filter(Leaving::wantsSuccessor).toList();
      for (int i = 0; i < result.missing(); i++) {
        Optional<ReplicaId> replaces =
            i < succeeded.size()
                ? Optional.of(succeeded.get(i).assignment().replica())
                : Optional.empty();
        int tier = Math.min(LAST_TIER, result.staying().size() + i);
        requests.add(new Request(result.version(), result.version().newReplica(), tier, replaces));
      }
    }
    return requests;
  }

  private boolean place(Request request) {
    VersionState version = request.version();
    int node = selector.select(version);
    if (node == NodeSelector.NONE) {
      unplaced.add(request);
      return false;
    }
    String nodeId = state.node(node).id();
    if (log.wants(version.desired().id())) {
      Outcome outcome = new Outcome.Placed(nodeId, request.replaces());
      log.add(request.replica(), outcome, selector.verdicts(version), List.of());
    }
    starts.add(
        new PlacementStep.Start(
            request.replica(),
            nodeId,
            version.desired().demand(),
            request.replaces(),
            selector.score(version, node)));
    state.place(version, request.replica(), node);
    replicas.add(new PlannedReplica(request.replica(), nodeId, true));
    return true;
  }

  private void stop(Triage.Result result, Map<ReplicaId, ReplicaId> successors) {
    Set<ReplicaId> staying = result.stayingIds();
    for (Leaving leaving : result.leaving()) {
      // A successor may itself leave at once, when fewer replicas are wanted than before.
      Optional<ReplicaId> assigned = leaving.successor().filter(staying::contains);
      Optional<ReplicaId> placed =
          Optional.ofNullable(successors.get(leaving.assignment().replica()));
      List<ReplicaId> whenReady = whenReady(result, leaving, assigned.or(() -> placed));
      AssignedReplica assignment = leaving.assignment();
      if (whenReady != null) {
        state.willEnd(state.indexOf(assignment.node()), assignment.memory());
        stops.add(
            new PlacementStep.Stop(
                assignment.replica(), assignment.node(), leaving.reason(), whenReady));
      }
      if (log.wants(result.version().desired().id())) {
        Outcome outcome = new Outcome.Leaving(assignment.node(), leaving.reason());
        log.add(assignment.replica(), outcome, List.of(), List.of());
      }
    }
  }

  /** What must be READY before a replica stops, or null when it must go on. */
  private static @Nullable List<ReplicaId> whenReady(
      Triage.Result result, Leaving leaving, Optional<ReplicaId> successor) {
    if (leaving.cause() == Cause.EVICTED) {
      return List.of();
    }
    if (leaving.cause() == Cause.SURPLUS) {
      return result.someReadyStays() ? List.of() : result.notReady();
    }
    if (successor.isPresent()) {
      return List.of(successor.get());
    }
    boolean enoughStay = result.missing() == 0;
    // A node that drains waits for no node that may never come, as long as another replica serves;
    // neither does an outdated replica, whose memory may be what its successor needs.
    boolean mayGoFirst = leaving.cause() == Cause.DRAINING || leaving.cause() == Cause.OUTDATED;
    boolean othersServe = mayGoFirst && !result.staying().isEmpty();
    return enoughStay || othersServe ? result.notReady() : null;
  }

  private void rebalance(List<Triage.Result> triaged) {
    List<Rebalancer.Move> moves = new Rebalancer(state, selector, settings, log).moves(triaged);
    Set<ReplicaId> moved = new HashSet<>();
    for (Rebalancer.Move move : moves) {
      ReplicaId old = move.assignment().replica();
      moved.add(old);
      starts.add(
          new PlacementStep.Start(
              move.successor(),
              move.to(),
              move.version().desired().demand(),
              Optional.of(old),
              move.score()));
      stops.add(
          new PlacementStep.Stop(
              old, move.assignment().node(), move.reason(), List.of(move.successor())));
      replicas.add(new PlannedReplica(move.successor(), move.to(), true));
    }
    replicas.removeIf(planned -> moved.contains(planned.replica()));
  }

  /** Looks at the finished plan, so that the bytes named are those missing in the end. */
  private void explainUnplaced() {
    ReliefFinder reliefs = new ReliefFinder(state, selector);
    for (Request request : unplaced) {
      if (log.wantsUnplaced(request.version().desired().id())) {
        log.add(
            request.replica(),
            new Outcome.NotPlaced(request.replaces()),
            selector.verdicts(request.version()),
            reliefs.find(request.version()));
      }
    }
  }

  private PlacementPlan plan() {
    replicas.sort(Comparator.comparing(PlannedReplica::replica));
    List<UnplacedReplica> left = new ArrayList<>();
    for (Request request : unplaced) {
      left.add(new UnplacedReplica(request.replica(), request.replaces()));
    }
    left.sort(Comparator.comparing(UnplacedReplica::replica));
    List<PlacementStep> steps = new ArrayList<>(starts);
    steps.addAll(stops);
    return new PlacementPlan(state.snapshot(), weights, replicas, left, steps);
  }
}
