package io.dunlin.node.placement;

import io.dunlin.node.placement.CandidateVerdict.Rejection;
import io.dunlin.node.placement.filter.Filters;
import io.dunlin.node.placement.filter.SpreadFilter;
import io.dunlin.node.placement.score.ScoreWeights;
import io.dunlin.node.placement.score.Scorers;
import io.dunlin.shared.model.ModelSpec.DeviceKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the best node for one more replica. Priority: every hard filter passes, then the smallest
 * spread level, then the highest score, then the smallest node id.
 *
 * <p>What cannot change while a plan is made (device, zone, labels, runtime, draining) is checked
 * once for each different set of requirements, not for each replica.
 */
final class NodeSelector {
  static final int NONE = -1;

  private static final Comparator<CandidateVerdict> BEST_FIRST =
      Comparator.comparing(CandidateVerdict::passed)
          .reversed()
          .thenComparing(v -> -v.score().map(Score::total).orElse(0.0))
          .thenComparing(v -> v.rejections().size())
          .thenComparing(CandidateVerdict::node);

  private final PlanState state;
  private final Filters filters = new Filters();
  private final SpreadFilter spread = filters.spread();
  private final Scorers scorers;
  private final Map<Requirements, int[]> eligible = new HashMap<>();

  NodeSelector(PlanState state, ScoreWeights weights) {
    this.state = state;
    this.scorers = new Scorers(weights);
  }

  /** What decides, together with the node alone, whether it is eligible. */
  private record Requirements(
      DeviceKind device, List<String> zones, Map<String, String> labels, String platform) {}

  Filters filters() {
    return filters;
  }

  /** The best node's index, or {@link #NONE}. */
  int select(VersionState version) {
    Candidate candidate = new Candidate(state, version, 0);
    int best = NONE;
    int bestLevel = Integer.MAX_VALUE;
    double bestScore = 0;
    for (int node : eligible(version)) {
      candidate.at(version, node);
      if (!filters.hasRoom(candidate)) {
        continue;
      }
      int level = spread.level(candidate);
      if (level > bestLevel) {
        continue;
      }
      double score = scorers.total(candidate);
      // Nodes come in the order of their ids, so only a strictly better score takes over.
      if (level < bestLevel || score > bestScore) {
        best = node;
        bestLevel = level;
        bestScore = score;
      }
    }
    return best;
  }

  /** Nodes whose fixed properties suit a version and that take new replicas, ascending. */
  int[] eligible(VersionState version) {
    DesiredReplicas desired = version.desired();
    Requirements requirements =
        new Requirements(
            desired.spec().device(),
            desired.spec().placement().zones(),
            desired.spec().placement().labels(),
            desired.platform());
    int[] known = eligible.get(requirements);
    if (known == null) {
      Candidate candidate = new Candidate(state, version, 0);
      int[] found = new int[state.size()];
      int count = 0;
      for (int node = 0; node < state.size(); node++) {
        if (filters.isEligible(candidate.at(version, node))) {
          found[count++] = node;
        }
      }
      known = Arrays.copyOf(found, count);
      eligible.put(requirements, known);
    }
    return known;
  }

  Score score(VersionState version, int node) {
    return scorers.score(new Candidate(state, version, node));
  }

  /** What every node's filters and scorers say, the best first; the first is what select takes. */
  List<CandidateVerdict> verdicts(VersionState version) {
    Candidate candidate = new Candidate(state, version, 0);
    version.bestSpreadLevel(bestSpreadLevel(version, candidate));
    List<CandidateVerdict> verdicts = new ArrayList<>(state.size());
    for (int node = 0; node < state.size(); node++) {
      verdicts.add(verdict(candidate.at(version, node)));
    }
    verdicts.sort(BEST_FIRST);
    return verdicts;
  }

  private int bestSpreadLevel(VersionState version, Candidate candidate) {
    int best = Integer.MAX_VALUE;
    for (int node : eligible(version)) {
      if (filters.hasRoom(candidate.at(version, node))) {
        best = Math.min(best, spread.level(candidate));
      }
    }
    return best;
  }

  private CandidateVerdict verdict(Candidate candidate) {
    List<Rejection> rejections = new ArrayList<>();
    for (PlacementFilter filter : filters.hard()) {
      reject(filter, candidate, rejections);
    }
    if (rejections.isEmpty()) {
      reject(spread, candidate, rejections);
    }
    NodeSnapshot node = candidate.node();
    return new CandidateVerdict(
        node.id(),
        node.device().name(),
        rejections,
        rejections.isEmpty() ? Optional.of(scorers.score(candidate)) : Optional.empty());
  }

  private static void reject(
      PlacementFilter filter, Candidate candidate, List<Rejection> rejections) {
    if (!filter.passes(candidate)) {
      rejections.add(new Rejection(filter.name(), filter.reason(candidate)));
    }
  }
}
