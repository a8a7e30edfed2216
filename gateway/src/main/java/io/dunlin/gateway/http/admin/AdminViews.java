package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Member;
import org.jspecify.annotations.Nullable;

/** The JSON the admin API shows; pure. */
final class AdminViews {
  private final ObjectMapper json;

  AdminViews(ObjectMapper json) {
    this.json = json;
  }

  ObjectNode live() {
    return json.createObjectNode().put("live", true);
  }

  AdminResponse ready(String notReadyBecause) {
    ObjectNode body = json.createObjectNode().put("ready", notReadyBecause.isEmpty());
    if (!notReadyBecause.isEmpty()) {
      body.put("error", notReadyBecause).put("code", "unavailable");
    }
    return new AdminResponse(notReadyBecause.isEmpty() ? 200 : 503, body, null);
  }

  ObjectNode cluster(ClusterSnapshot snapshot) {
    ObjectNode body = json.createObjectNode();
    body.put("name", snapshot.self().address().system());
    Address leader = snapshot.membership().getLeader();
    body.put("leader", leader == null ? "" : leader.hostPort());
    body.put("controller", controller(snapshot));
    ArrayNode members = body.putArray("members");
    for (Member member : members(snapshot)) {
      ObjectNode entry = members.addObject();
      entry.put("id", idOf(member, snapshot));
      entry.put("address", member.address().hostPort());
      ArrayNode roles = entry.putArray("roles");
      member.getRoles().stream()
          .filter(role -> !role.startsWith("dc-"))
          .sorted()
          .forEach(roles::add);
      entry.put("status", member.status().toString());
      entry.put("reachable", !snapshot.membership().getUnreachable().contains(member));
      NodeReport report = reportOf(member, snapshot);
      entry.put("zone", report == null ? "" : report.zone());
      entry.put("version", member.appVersion().version());
      if (report != null) {
        entry.put("startedAt", report.startedAt().toString());
      }
    }
    return body;
  }

  ObjectNode nodes(ClusterSnapshot snapshot) {
    ObjectNode body = json.createObjectNode();
    ArrayNode nodes = body.putArray("nodes");
    snapshot.nodes().stream()
        .sorted(Comparator.comparing(NodeReport::nodeId))
        .forEach(report -> nodes.add(node(snapshot, report)));
    return body;
  }

  ObjectNode node(ClusterSnapshot snapshot, NodeReport report) {
    ObjectNode body = json.createObjectNode();
    body.put("id", report.nodeId());
    body.put("address", report.address());
    body.put("zone", report.zone());
    body.put("state", report.draining() ? "DRAINING" : "UP");
    ObjectNode device = body.putObject("device");
    device.put("kind", report.device().kind());
    device.put("name", report.device().name());
    device.put("memoryBytes", report.device().memoryBytes());
    ObjectNode memory = body.putObject("hostMemory");
    memory.put("totalBytes", report.hostMemoryBytes());
    memory.put(
        "usedByModelsBytes",
        report.replicas().stream().mapToLong(ReplicaReport::memoryBytes).sum());
    ObjectNode labels = body.putObject("labels");
    new TreeMap<>(report.labels()).forEach(labels::put);
    ArrayNode replicas = body.putArray("replicas");
    for (ReplicaReport replica : report.replicas()) {
      replicas.add(replica(replica));
    }
    return body;
  }

  ObjectNode models(ClusterSnapshot snapshot, List<ServedModel> models) {
    ObjectNode body = json.createObjectNode();
    ArrayNode entries = body.putArray("models");
    models.forEach(model -> entries.add(model(snapshot, model)));
    return body;
  }

  AdminResponse modelWithRevision(ClusterSnapshot snapshot, ServedModel model) {
    CatalogEntry entry = snapshot.catalog().get(model.name());
    return new AdminResponse(
        200, model(snapshot, model), entry == null ? null : Long.toString(entry.revision()));
  }

  private ObjectNode model(ClusterSnapshot snapshot, ServedModel model) {
    ObjectNode body = json.createObjectNode();
    body.put("name", model.name());
    CatalogEntry entry = snapshot.catalog().get(model.name());
    if (entry != null) {
      body.put("source", entry.spec().source());
      body.putObject("replicas")
          .put("min", entry.spec().replicas().min())
          .put("max", entry.spec().replicas().max());
      body.put("device", entry.spec().device().name().toLowerCase(Locale.ROOT));
      body.put("revision", entry.revision());
      body.put("origin", entry.origin());
    }
    ObjectNode aliases = body.putObject("aliases");
    new TreeMap<>(model.aliases())
        .forEach((label, alias) -> alias.active().keySet().forEach(v -> aliases.put(label, v)));
    ArrayNode versions = body.putArray("versions");
    for (ServedVersion version : model.versions()) {
      versions.add(version(snapshot, model.name(), version));
    }
    return body;
  }

  private ObjectNode version(ClusterSnapshot snapshot, String model, ServedVersion version) {
    List<ReplicaReport> replicas = new ArrayList<>();
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport report : node.replicas()) {
        if (report.replica().version().model().equals(model)
            && report.replica().version().version() == version.version()) {
          replicas.add(report);
        }
      }
    }
    ObjectNode body = json.createObjectNode();
    body.put("version", version.version());
    body.put("state", version.state().name());
    body.put("readyReplicas", version.readyReplicas());
    body.put("replicas", replicas.size());
    body.put("reason", version.reason());
    body.put("loadMillis", replicas.stream().mapToLong(ReplicaReport::loadMillis).max().orElse(0));
    body.put(
        "memoryBytes", replicas.stream().mapToLong(ReplicaReport::memoryBytes).max().orElse(0));
    return body;
  }

  ObjectNode placement(ClusterSnapshot snapshot, List<ServedModel> models) {
    ObjectNode body = json.createObjectNode();
    ArrayNode entries = body.putArray("models");
    models.forEach(model -> entries.add(placement(snapshot, model)));
    return body;
  }

  ObjectNode placement(ClusterSnapshot snapshot, ServedModel model) {
    ObjectNode body = json.createObjectNode();
    body.put("model", model.name());
    CatalogEntry entry = snapshot.catalog().get(model.name());
    body.put("revision", entry == null ? 0 : entry.revision());
    ArrayNode assignments = body.putArray("assignments");
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport report : node.replicas()) {
        if (report.replica().version().model().equals(model.name())) {
          assignments
              .addObject()
              .put("replica", report.replica().entityId())
              .put("node", node.nodeId())
              .put("device", node.device().kind())
              .put("state", report.state().name());
        }
      }
    }
    return body;
  }

  private ObjectNode replica(ReplicaReport report) {
    ObjectNode body = json.createObjectNode();
    body.put("replica", report.replica().entityId());
    body.put("state", report.state().name());
    if (report.state() == ReplicaState.FAILED) {
      body.put("reason", report.reason());
    }
    body.put("loadMillis", report.loadMillis());
    body.put("memoryBytes", report.memoryBytes());
    return body;
  }

  private static List<Member> members(ClusterSnapshot snapshot) {
    return StreamSupport.stream(snapshot.membership().getMembers().spliterator(), false)
        .sorted(Comparator.comparing((Member member) -> member.address().hostPort()))
        .toList();
  }

  /** The controller is a singleton on the oldest node. */
  private static String controller(ClusterSnapshot snapshot) {
    return members(snapshot).stream()
        .filter(member -> member.hasRole("node"))
        .min((one, other) -> one.isOlderThan(other) ? -1 : other.isOlderThan(one) ? 1 : 0)
        .map(member -> idOf(member, snapshot))
        .orElse("");
  }

  private static String idOf(Member member, ClusterSnapshot snapshot) {
    NodeReport report = reportOf(member, snapshot);
    return report == null ? member.address().hostPort() : report.nodeId();
  }

  private static @Nullable NodeReport reportOf(Member member, ClusterSnapshot snapshot) {
    Map<String, NodeReport> byAddress = new TreeMap<>();
    snapshot.nodes().forEach(report -> byAddress.put(report.address(), report));
    return byAddress.get(member.address().toString());
  }
}
