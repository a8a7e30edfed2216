package io.dunlin.gateway.metrics;

import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaState;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What nodes report of themselves, read when somebody asks; nothing while there is no cluster. */
final class ClusterMetrics {
  private static final String[] REPLICA = {"node", "model", "version", "replica"};

  private final PrometheusRegistry registry;
  private final Supplier<@Nullable ClusterSnapshot> cluster;

  ClusterMetrics(PrometheusRegistry registry, Supplier<@Nullable ClusterSnapshot> cluster) {
    this.registry = registry;
    this.cluster = cluster;
  }

  void register() {
    node("dunlin_node_load", "0 (idle) to 1 (busy), over the last seconds.", NodeReport::load);
    node(
        "dunlin_node_device_memory_bytes",
        "Memory of the node's device that replicas may use.",
        node -> node.device().memoryBytes());
    node(
        "dunlin_node_device_reserved_bytes",
        "Memory of the node's device that replicas hold or have reserved.",
        node -> node.ledger().deviceReservedBytes());
    node(
        "dunlin_node_host_memory_bytes",
        "Memory of the node's host or container.",
        NodeReport::hostMemoryBytes);
    node(
        "dunlin_node_host_reserved_bytes",
        "Host memory that replicas hold beside the device.",
        node -> node.ledger().hostReservedBytes());
    node("dunlin_node_draining", "1 while the node is leaving.", node -> node.draining() ? 1 : 0);
    replicaStates();
    replicaCounter("requests", "Requests answered.", replica -> replica.work().requests());
    replicaCounter("rows", "Rows run.", replica -> replica.work().rows());
    replicaCounter("batches", "Batches run.", replica -> replica.work().batches());
    replicaCounter(
        "expired",
        "Requests whose deadline passed before they were run.",
        replica -> replica.work().expired());
    replicaCounter(
        "late_rows",
        "Rows whose run began after their deadline: 0, or there is a bug.",
        replica -> replica.work().lateRows());
    replicaCounter("failed", "Requests that failed in a run.", replica -> replica.work().failed());
    replicaCounter(
        "busy_seconds", "Time lanes spent running.", replica -> replica.work().busyNanos() / 1e9);
    replicaGauge(
        "dunlin_replica_queued_rows", "Rows waiting.", replica -> replica.work().queuedRows());
    replicaGauge(
        "dunlin_replica_memory_bytes",
        "Memory of the node's device it holds or has reserved.",
        ReplicaReport::memoryBytes);
  }

  private void node(String name, String help, ToDoubleFunction<NodeReport> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("node")
        .callback(
            series -> {
              ClusterSnapshot snapshot = cluster.get();
              if (snapshot != null) {
                for (NodeReport node : snapshot.nodes()) {
                  series.call(value.applyAsDouble(node), node.nodeId());
                }
              }
            })
        .register(registry);
  }

  private void replicaStates() {
    GaugeWithCallback.builder()
        .name("dunlin_node_replicas")
        .help("Replicas a node holds, by state.")
        .labelNames("node", "state")
        .callback(
            series -> {
              ClusterSnapshot snapshot = cluster.get();
              if (snapshot != null) {
                snapshot.nodes().forEach(node -> countStates(series, node));
              }
            })
        .register(registry);
  }

  private static void countStates(GaugeWithCallback.Callback series, NodeReport node) {
    int[] counts = new int[ReplicaState.values().length];
    node.replicas().forEach(replica -> counts[replica.state().ordinal()]++);
    for (ReplicaState state : ReplicaState.values()) {
      series.call(counts[state.ordinal()], node.nodeId(), state.name().toLowerCase(Locale.ROOT));
    }
  }

  private void replicaCounter(String what, String help, ToDoubleFunction<ReplicaReport> value) {
    CounterWithCallback.builder()
        .name("dunlin_replica_" + what + "_total")
        .help(help)
        .labelNames(REPLICA)
        .callback(
            series ->
                forEachReplica(
                    (replica, labels) -> series.call(value.applyAsDouble(replica), labels)))
        .register(registry);
  }

  private void replicaGauge(String name, String help, ToDoubleFunction<ReplicaReport> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(REPLICA)
        .callback(
            series ->
                forEachReplica(
                    (replica, labels) -> series.call(value.applyAsDouble(replica), labels)))
        .register(registry);
  }

  @FunctionalInterface
  private interface ReplicaViewer {
    void view(ReplicaReport replica, String[] labels);
  }

  private void forEachReplica(ReplicaViewer viewer) {
    ClusterSnapshot snapshot = cluster.get();
    if (snapshot == null) {
      return;
    }
    for (NodeReport node : snapshot.nodes()) {
      for (ReplicaReport replica : node.replicas()) {
        viewer.view(
            replica,
            new String[] {
              node.nodeId(),
              replica.replica().version().model(),
              Long.toString(replica.replica().version().version()),
              Integer.toString(replica.replica().ordinal())
            });
      }
    }
  }
}
