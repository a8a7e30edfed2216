package io.dunlin.node.control;

import io.dunlin.node.control.ClusterView.Observed;
import io.dunlin.node.placement.CandidateVerdict;
import io.dunlin.node.placement.ClusterSnapshot;
import io.dunlin.node.placement.DecisionRecord;
import io.dunlin.node.placement.NodeSnapshot;
import io.dunlin.node.placement.Relief;
import io.dunlin.node.placement.Score;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.placement.PlacementReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decision records in the form in which they travel; pure. A report is kept within a number of
 * bytes: candidates are left out first, the worst first, then whole decisions, those of replicas
 * that have a node first; how many is said.
 */
final class PlacementReports {
  /** What names of fields and numbers take beside the texts. */
  private static final int DECISION_BYTES = 320;

  private static final int CANDIDATE_BYTES = 64;
  private static final int PART_BYTES = 64;
  private static final int FEWEST_CANDIDATES = 3;

  private final Map<ReplicaId, Observed> observed;
  private final Map<String, NodeSnapshot> nodes = new HashMap<>();
  private final int maxBytes;

  PlacementReports(ClusterSnapshot snapshot, Map<ReplicaId, Observed> observed, int maxBytes) {
    this.observed = observed;
    this.maxBytes = maxBytes;
    snapshot.nodes().forEach(node -> nodes.put(node.id(), node));
  }

  PlacementReport report(
      String model, long revision, int wanted, int placed, List<DecisionRecord> records) {
    List<DecisionRecord> urgent = new ArrayList<>(records);
    urgent.sort((a, b) -> Boolean.compare(isPlaced(a), isPlaced(b)));
    int perDecision = maxBytes / Math.max(1, records.size());
    List<PlacementReport.Decision> decisions = new ArrayList<>();
    int left = maxBytes;
    for (DecisionRecord record : urgent) {
      PlacementReport.Decision decision = decision(record, perDecision);
      left -= bytes(decision);
      if (left < 0) {
        break;
      }
      decisions.add(decision);
    }
    decisions.sort((a, b) -> a.replica().compareTo(b.replica()));
    return new PlacementReport(
        model, revision, wanted, placed, List.copyOf(decisions), records.size() - decisions.size());
  }

  private static boolean isPlaced(DecisionRecord record) {
    return !(record.outcome() instanceof DecisionRecord.Outcome.NotPlaced);
  }

  private PlacementReport.Decision decision(DecisionRecord record, int maxDecisionBytes) {
    Shown shown = shown(record.outcome());
    NodeSnapshot node = nodes.get(shown.node());
    Observed seen = observed.get(record.replica());
    String failure = seen == null ? "" : seen.report().reason();
    List<PlacementReport.Candidate> candidates = new ArrayList<>();
    int left = maxDecisionBytes - DECISION_BYTES;
    for (CandidateVerdict verdict : record.candidates()) {
      PlacementReport.Candidate candidate = candidate(verdict);
      left -= bytes(candidate);
      if (left < 0 && candidates.size() >= FEWEST_CANDIDATES) {
        break;
      }
      candidates.add(candidate);
    }
    int leftOut = record.candidatesLeftOut() + record.candidates().size() - candidates.size();
    return new PlacementReport.Decision(
        record.replica(),
        shown.outcome(),
        shown.node(),
        node == null ? "" : node.device().name(),
        seen == null ? "" : seen.report().state().name(),
        shown.reason().isEmpty() ? failure : shown.reason(),
        shown.replaces(),
        List.copyOf(candidates),
        leftOut,
        record.rejections(),
        record.wouldFitIf().stream().map(Relief::text).toList());
  }

  private record Shown(
      PlacementReport.Outcome outcome, String node, String reason, @Nullable ReplicaId replaces) {}

  private static Shown shown(DecisionRecord.Outcome outcome) {
    return switch (outcome) {
      case DecisionRecord.Outcome.Kept kept ->
          new Shown(PlacementReport.Outcome.KEPT, kept.node(), "", null);
      case DecisionRecord.Outcome.Placed placed ->
          new Shown(
              PlacementReport.Outcome.PLACED, placed.node(), "", placed.replaces().orElse(null));
      case DecisionRecord.Outcome.Moved moved ->
          new Shown(PlacementReport.Outcome.MOVED, moved.node(), moved.reason(), moved.replaces());
      case DecisionRecord.Outcome.Leaving leaving ->
          new Shown(PlacementReport.Outcome.LEAVING, leaving.node(), leaving.reason(), null);
      case DecisionRecord.Outcome.NotPlaced none ->
          new Shown(PlacementReport.Outcome.NOT_PLACED, "", "", none.successorOf().orElse(null));
    };
  }

  private static PlacementReport.Candidate candidate(CandidateVerdict verdict) {
    return new PlacementReport.Candidate(
        verdict.node(),
        verdict.device(),
        verdict.rejections().stream()
            .map(r -> new PlacementReport.Rejection(r.filter(), r.reason()))
            .toList(),
        verdict.score().map(PlacementReports::score).orElse(null));
  }

  private static PlacementReport.Score score(Score score) {
    return new PlacementReport.Score(
        score.total(),
        score.parts().stream()
            .map(part -> new PlacementReport.Part(part.name(), part.value()))
            .toList());
  }

  private static int bytes(PlacementReport.Decision decision) {
    int bytes = DECISION_BYTES + 2 * decision.reason().length();
    for (PlacementReport.Candidate candidate : decision.candidates()) {
      bytes += bytes(candidate);
    }
    for (String relief : decision.wouldFitIf()) {
      bytes += 8 + 2 * relief.length();
    }
    return bytes + PART_BYTES * decision.rejections().size();
  }

  private static int bytes(PlacementReport.Candidate candidate) {
    int bytes = CANDIDATE_BYTES + candidate.node().length() + candidate.device().length();
    for (PlacementReport.Rejection rejection : candidate.rejections()) {
      bytes += PART_BYTES + 2 * rejection.reason().length();
    }
    PlacementReport.Score score = candidate.score();
    return score == null ? bytes : bytes + PART_BYTES * (1 + score.parts().size());
  }
}
