package io.dunlin.node.control;

import io.dunlin.node.capacity.MemoryBasis;
import io.dunlin.node.capacity.MemoryDemand;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What was learnt of the memory that versions take: the most any READY replica held, and the size
 * of their files. Versions of models that are not in the catalog are forgotten.
 */
final class MemoryBook {
  private final Map<ModelVersionId, MemoryDemand> measured = new HashMap<>();
  private final Map<ModelVersionId, Long> artifactBytes = new HashMap<>();

  void observed(Collection<NodeReport> nodes) {
    for (NodeReport node : nodes) {
      for (ReplicaReport report : node.replicas()) {
        if (report.state() == ReplicaState.READY && report.memoryBytes() > 0) {
          MemoryDemand seen =
              new MemoryDemand(
                  report.memoryBytes(), Math.max(0, report.hostBytes()), MemoryBasis.MEASURED);
          measured.merge(report.replica().version(), seen, MemoryBook::larger);
        }
      }
    }
  }

  void found(ControlProtocol.RepositoryModel model) {
    model
        .bytes()
        .forEach(
            (version, bytes) ->
                artifactBytes.put(
                    new ModelVersionId(model.spec().name(), version), Math.max(0, bytes)));
  }

  /** What is known of these models. */
  ClusterView.Memory known(Map<String, CatalogEntry> catalog) {
    measured.keySet().removeIf(version -> isForgotten(version, catalog));
    artifactBytes.keySet().removeIf(version -> isForgotten(version, catalog));
    return new ClusterView.Memory(Map.copyOf(measured), Map.copyOf(artifactBytes));
  }

  private static boolean isForgotten(ModelVersionId version, Map<String, CatalogEntry> catalog) {
    CatalogEntry entry = catalog.get(version.model());
    return entry == null || entry.deleted();
  }

  private static MemoryDemand larger(MemoryDemand one, MemoryDemand other) {
    return new MemoryDemand(
        Math.max(one.deviceBytes(), other.deviceBytes()),
        Math.max(one.hostBytes(), other.hostBytes()),
        MemoryBasis.MEASURED);
  }
}
