package io.dunlin.gateway.http.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dunlin.gateway.http.admin.operation.OperationId;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import java.util.Comparator;
import java.util.TreeMap;

/** One node as JSON: device, memory ledger, replicas with their work, load. Pure. */
final class NodeView {
  private final ObjectMapper json;

  NodeView(ObjectMapper json) {
    this.json = json;
  }

  ObjectNode of(ClusterSnapshot snapshot, NodeReport report) {
    ObjectNode body = json.createObjectNode();
    body.put("id", report.nodeId());
    body.put("address", report.address().substring(report.address().indexOf('@') + 1));
    body.put("incarnation", report.incarnation());
    body.put("zone", report.zone());
    body.put("state", state(snapshot, report));
    if (snapshot.isOrderedToDrain(report)) {
      body.put(
          "operation",
          new OperationId.Drain(report.nodeId(), true, report.incarnation()).toString());
    }
    body.putObject("device")
        .put("kind", report.device().kind())
        .put("name", report.device().name())
        .put("memoryBytes", report.device().memoryBytes());
    body.putObject("hostMemory")
        .put("totalBytes", report.hostMemoryBytes())
        .put(
            "usedByModelsBytes",
            report.replicas().stream()
                .mapToLong(
                    report.device().kind().equals("cpu")
                        ? ReplicaReport::memoryBytes
                        : ReplicaReport::hostBytes)
                .sum());
    body.putObject("ledger")
        .put("deviceReservedBytes", report.ledger().deviceReservedBytes())
        .put(
            "deviceFreeBytes",
            Math.max(0, report.device().memoryBytes() - report.ledger().deviceReservedBytes()))
        .put("hostReservedBytes", report.ledger().hostReservedBytes());
    ObjectNode labels = body.putObject("labels");
    new TreeMap<>(report.labels()).forEach(labels::put);
    report.runtimes().forEach(body.putArray("runtimes")::add);
    load(body.putObject("load"), report);
    ArrayNode replicas = body.putArray("replicas");
    report.replicas().stream()
        .sorted(Comparator.comparing(ReplicaReport::replica))
        .forEach(replica -> replicas.add(replica(replica)));
    ArrayNode artifacts = body.putArray("artifacts");
    report.artifacts().stream().sorted().forEach(version -> artifacts.add(version.toString()));
    return body;
  }

  private static String state(ClusterSnapshot snapshot, NodeReport report) {
    if (snapshot.lost().contains(report)) {
      return "UNREACHABLE";
    }
    if (!report.draining() && !snapshot.isOrderedToDrain(report)) {
      return "UP";
    }
    return report.replicas().isEmpty() ? "DRAINED" : "DRAINING";
  }

  private static void load(ObjectNode load, NodeReport report) {
    long queued = 0;
    long requests = 0;
    long rows = 0;
    long expired = 0;
    long failed = 0;
    for (ReplicaReport replica : report.replicas()) {
      queued += replica.work().queuedRows();
      requests += replica.work().requests();
      rows += replica.work().rows();
      expired += replica.work().expired();
      failed += replica.work().failed();
    }
    load.put("busy", report.load())
        .put("queuedRows", queued)
        .put("requests", requests)
        .put("rows", rows)
        .put("expired", expired)
        .put("failed", failed);
  }

  ObjectNode replica(ReplicaReport report) {
    ObjectNode body = json.createObjectNode();
    body.put("replica", report.replica().entityId());
    body.put("state", report.state().name());
    if (!report.reason().isEmpty()) {
      body.put("reason", report.reason());
    }
    body.put("loadMillis", report.loadMillis());
    body.put("memoryBytes", report.memoryBytes());
    body.put("hostBytes", report.hostBytes());
    ReplicaReport.Work work = report.work();
    body.putObject("work")
        .put("requests", work.requests())
        .put("rows", work.rows())
        .put("batches", work.batches())
        .put("expired", work.expired())
        .put("failed", work.failed())
        .put("queuedRows", work.queuedRows())
        .put("busyMillis", work.busyNanos() / 1_000_000);
    return body;
  }
}
