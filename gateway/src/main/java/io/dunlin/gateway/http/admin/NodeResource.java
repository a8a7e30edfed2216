package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.OperationId;
import io.dunlin.gateway.routing.ClusterMember;
import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.directory.GatewayReport;
import io.dunlin.shared.directory.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** {@code /admin/v1/cluster} and {@code /admin/v1/nodes}: who is there, and what each has. */
final class NodeResource {
  private final ObjectMapper json;
  private final Controller controller;
  private final ClusterPicture picture;
  private final InstantSource clock;
  private final NodeView view;

  NodeResource(
      ObjectMapper json, Controller controller, ClusterPicture picture, InstantSource clock) {
    this.json = json;
    this.controller = controller;
    this.picture = picture;
    this.clock = clock;
    this.view = new NodeView(json);
  }

  List<AdminRoute> routes() {
    return List.of(
        AdminRoute.of(
            "GET",
            "/admin/v1/cluster",
            (request, names) -> Seen.done(AdminResponse.ok(cluster(Seen.now(picture))))),
        AdminRoute.of(
            "GET",
            "/admin/v1/nodes",
            (request, names) -> Seen.done(AdminResponse.ok(nodes(Seen.now(picture))))),
        AdminRoute.of(
            "GET",
            "/admin/v1/nodes/{node}",
            (request, names) -> Seen.done(AdminResponse.ok(node(names.get(0))))),
        AdminRoute.of(
            "POST",
            "/admin/v1/nodes/{node}/drain",
            (request, names) -> order(request, names.get(0), true)),
        AdminRoute.of(
            "POST",
            "/admin/v1/nodes/{node}/resume",
            (request, names) -> order(request, names.get(0), false)));
  }

  private CompletionStage<AdminResponse> order(AdminRequest request, String id, boolean draining) {
    Bodies.requireNone(request);
    Seen.node(Seen.now(picture), id);
    return controller
        .order(id, draining)
        .thenApply(
            accepted -> {
              ObjectNode body = json.createObjectNode().put("node", id).put("draining", draining);
              return AcceptedAnswer.of(
                  body, new OperationId.Drain(id, draining, accepted.revision()));
            });
  }

  private ObjectNode cluster(ClusterSnapshot snapshot) {
    ObjectNode body = json.createObjectNode();
    String self = snapshot.self();
    body.put("name", self.substring(self.indexOf("//") + 2, Math.max(self.indexOf('@'), 0)));
    body.put("leader", named(snapshot, snapshot.leader()));
    body.put("controller", snapshot.controller().map(snapshot::nameOf).orElse(""));
    body.put("answeredBy", named(snapshot, self));
    ArrayNode members = body.putArray("members");
    snapshot.members().stream()
        .sorted(Comparator.comparing(ClusterMember::address))
        .forEach(member -> members.add(member(snapshot, member)));
    return body;
  }

  private static String named(ClusterSnapshot snapshot, String address) {
    return snapshot.members().stream()
        .filter(member -> member.address().equals(address))
        .findFirst()
        .map(snapshot::nameOf)
        .orElse("");
  }

  private ObjectNode member(ClusterSnapshot snapshot, ClusterMember member) {
    Optional<NodeReport> node = snapshot.nodeAt(member.address());
    Optional<GatewayReport> gateway = snapshot.gatewayAt(member.address());
    ObjectNode entry = json.createObjectNode();
    entry.put("id", snapshot.nameOf(member));
    entry.put("address", member.hostPort());
    new TreeSet<>(member.roles()).forEach(entry.putArray("roles")::add);
    entry.put("status", member.status());
    entry.put("reachable", member.reachable());
    entry.put("zone", node.map(NodeReport::zone).orElse(""));
    entry.put("version", member.version());
    Stream.concat(
            node.map(NodeReport::startedAt).stream(),
            gateway.map(GatewayReport::startedAt).stream())
        .min(Comparator.naturalOrder())
        .ifPresent(startedAt -> age(entry, startedAt));
    gateway.ifPresent(report -> entry.put("http", report.http()).put("admin", report.admin()));
    return entry;
  }

  private void age(ObjectNode entry, Instant startedAt) {
    long seconds = Duration.between(startedAt, clock.instant()).toSeconds();
    entry.put("startedAt", startedAt.toString()).put("uptimeSeconds", Math.max(0, seconds));
  }

  private ObjectNode nodes(ClusterSnapshot snapshot) {
    ObjectNode body = json.createObjectNode();
    ArrayNode nodes = body.putArray("nodes");
    Stream.concat(snapshot.nodes().stream(), snapshot.lost().stream())
        .sorted(Comparator.comparing(NodeReport::nodeId))
        .forEach(report -> nodes.add(node(snapshot, report)));
    return body;
  }

  private ObjectNode node(String id) {
    ClusterSnapshot snapshot = Seen.now(picture);
    return node(snapshot, Seen.node(snapshot, id));
  }

  private ObjectNode node(ClusterSnapshot snapshot, NodeReport report) {
    ObjectNode entry = view.of(snapshot, report);
    age(entry, report.startedAt());
    return entry;
  }
}
