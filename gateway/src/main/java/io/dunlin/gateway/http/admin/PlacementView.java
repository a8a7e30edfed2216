package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.placement.DryRunReport;
import io.dunlin.shared.placement.PlacementReport;
import io.dunlin.shared.placement.PlacementReport.Candidate;
import io.dunlin.shared.placement.PlacementReport.Decision;
import io.dunlin.shared.placement.PlacementReport.Score;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Placements and dry runs as JSON. Pure. */
final class PlacementView {
  private final ObjectMapper json;

  private record Observed(NodeReport node, ReplicaReport report) {}

  PlacementView(ObjectMapper json) {
    this.json = json;
  }

  /** What a gateway sees itself: assignments and reports, without reasons. */
  ObjectNode observed(ClusterSnapshot snapshot, CatalogEntry entry) {
    String model = entry.spec().name();
    Map<ReplicaId, Observed> observed = observed(snapshot, model);
    TreeMap<ReplicaId, String> nodes = new TreeMap<>();
    observed.forEach((replica, seen) -> nodes.put(replica, seen.node().nodeId()));
    for (Map.Entry<String, Assignment> assigned : snapshot.assignments().entrySet()) {
      ReplicaId replica = ReplicaId.ofEntityId(assigned.getKey());
      if (replica.version().model().equals(model)) {
        nodes.put(replica, assigned.getValue().nodeId());
      }
    }
    ObjectNode body = json.createObjectNode();
    body.put("model", model);
    body.put("revision", entry.revision());
    body.put("wanted", entry.spec().replicas().min() * entry.versions().size());
    body.put(
        "placed",
        nodes.keySet().stream()
            .filter(replica -> entry.versions().contains(replica.version().version()))
            .count());
    body.put("explained", false);
    ArrayNode replicas = body.putArray("replicas");
    nodes.forEach(
        (replica, node) -> {
          ObjectNode line = replicas.addObject();
          name(line, replica);
          line.put("node", node);
          line.put("device", snapshot.node(node).map(n -> n.device().kind()).orElse(""));
          Optional<ReplicaReport> report =
              Optional.ofNullable(observed.get(replica))
                  .filter(seen -> seen.node().nodeId().equals(node))
                  .map(Observed::report);
          line.put("state", report.map(r -> r.state().name()).orElse(""));
          line.put("reason", report.map(ReplicaReport::reason).orElse(""));
        });
    return body;
  }

  /** The controller's decision record beside what this gateway sees of each replica. */
  ObjectNode explained(ClusterSnapshot snapshot, PlacementReport report) {
    Map<ReplicaId, Observed> observed = observed(snapshot, report.model());
    ObjectNode body = json.createObjectNode();
    body.put("model", report.model());
    body.put("revision", report.revision());
    body.put("wanted", report.wanted());
    body.put("placed", report.placed());
    body.put("explained", true);
    ArrayNode replicas = body.putArray("replicas");
    for (Decision decision : report.replicas()) {
      ObjectNode line = decision(decision);
      Observed seen = observed.get(decision.replica());
      if (seen != null && seen.node().nodeId().equals(decision.node())) {
        line.put("state", seen.report().state().name());
        if (decision.reason().isEmpty()) {
          line.put("reason", seen.report().reason());
        }
      }
      replicas.add(line);
    }
    body.put("replicasLeftOut", report.replicasLeftOut());
    return body;
  }

  ObjectNode dryRun(DryRunReport report) {
    ObjectNode body = json.createObjectNode();
    body.put("fits", report.fits());
    body.set("displaced", ids(report.displaced()));
    body.set("newlyUnplaced", ids(report.newlyUnplaced()));
    body.set("starts", steps(report.starts()));
    body.set("stops", steps(report.stops()));
    ArrayNode models = body.putArray("models");
    for (PlacementReport model : report.models()) {
      ObjectNode entry = models.addObject();
      entry.put("model", model.model());
      entry.put("wanted", model.wanted());
      entry.put("placed", model.placed());
      ArrayNode replicas = entry.putArray("replicas");
      model.replicas().forEach(decision -> replicas.add(decision(decision)));
      entry.put("replicasLeftOut", model.replicasLeftOut());
    }
    return body;
  }

  private ArrayNode ids(List<ReplicaId> replicas) {
    ArrayNode ids = json.createArrayNode();
    replicas.forEach(replica -> ids.add(replica.entityId()));
    return ids;
  }

  private ArrayNode steps(List<DryRunReport.Step> steps) {
    ArrayNode array = json.createArrayNode();
    for (DryRunReport.Step step : steps) {
      array.addObject().put("replica", step.replica().entityId()).put("node", step.node());
    }
    return array;
  }

  private ObjectNode decision(Decision decision) {
    ObjectNode line = json.createObjectNode();
    name(line, decision.replica());
    line.put("outcome", decision.outcome().name());
    line.put("node", decision.node());
    line.put("device", decision.device());
    line.put("state", decision.state());
    line.put("reason", decision.reason());
    ReplicaId replaces = decision.replaces();
    if (replaces != null) {
      line.put("replaces", replaces.entityId());
    }
    decision.candidates().stream()
        .filter(candidate -> candidate.node().equals(decision.node()))
        .findFirst()
        .map(Candidate::score)
        .ifPresent(score -> line.set("score", score(score)));
    ArrayNode candidates = line.putArray("candidates");
    decision.candidates().forEach(candidate -> candidates.add(candidate(candidate)));
    line.put("candidatesLeftOut", decision.candidatesLeftOut());
    ObjectNode rejections = line.putObject("rejections");
    new TreeMap<>(decision.rejections()).forEach(rejections::put);
    decision.wouldFitIf().forEach(line.putArray("wouldFitIf")::add);
    return line;
  }

  private ObjectNode candidate(Candidate candidate) {
    ObjectNode line = json.createObjectNode();
    line.put("node", candidate.node());
    line.put("device", candidate.device());
    ArrayNode rejections = line.putArray("rejections");
    candidate
        .rejections()
        .forEach(r -> rejections.addObject().put("filter", r.filter()).put("reason", r.reason()));
    Score score = candidate.score();
    if (score != null) {
      line.set("score", score(score));
    }
    return line;
  }

  private ObjectNode score(Score score) {
    ObjectNode line = json.createObjectNode();
    line.put("total", score.total());
    ObjectNode parts = line.putObject("parts");
    score.parts().forEach(part -> parts.put(part.name(), part.value()));
    return line;
  }

  private static void name(ObjectNode line, ReplicaId replica) {
    line.put("replica", replica.entityId());
    line.put("version", replica.version().version());
    line.put("ordinal", replica.ordinal());
  }

  private static Map<ReplicaId, Observed> observed(ClusterSnapshot snapshot, String model) {
    Map<ReplicaId, Observed> observed = new TreeMap<>();
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport report : node.replicas()) {
        if (report.replica().version().model().equals(model)) {
          observed.put(report.replica(), new Observed(node, report));
        }
      }
    }
    return observed;
  }
}
