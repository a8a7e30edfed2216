package io.dunlin.gateway.routing;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import io.dunlin.shared.tensor.DataType;
import io.dunlin.shared.tensor.Shape;
import io.dunlin.shared.tensor.Signature;
import io.dunlin.shared.tensor.TensorSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Small directories and catalogs for routing tests. */
public final class Reports {
  private Reports() {}

  public static ReplicaId replica(String model, long version, int ordinal) {
    return new ReplicaId(new ModelVersionId(model, version), ordinal);
  }

  public static CatalogEntry entry(String model, Long... versions) {
    return new CatalogEntry(
        ModelSpec.of(model, "models/" + model),
        List.of(versions),
        Map.of("stable", Alias.of(1)),
        1,
        CatalogEntry.FROM_ADMIN,
        false);
  }

  public static ReplicaReport report(ReplicaId replica, ReplicaState state, String reason) {
    return ReplicaReport.of(replica, state, reason);
  }

  public static NodeReport node(String id, ReplicaReport... replicas) {
    return new NodeReport(
        id,
        "pekko://dunlin@" + id + ":1",
        1,
        "127.0.0.1",
        9,
        "",
        Map.of(),
        new NodeReport.Device("cpu", "cpu", 1),
        1,
        false,
        Instant.EPOCH,
        List.of(replicas),
        NodeReport.Ledger.EMPTY,
        List.of(),
        0,
        List.of("tensorflow_savedmodel"));
  }

  public static ModelDescription description(String model, long version) {
    return new ModelDescription(
        new ModelVersionId(model, version),
        "test",
        List.of(
            new Signature(
                Signature.DEFAULT_NAME,
                "predict",
                List.of(new TensorSpec("x", DataType.FLOAT, Shape.of(-1), "x:0")),
                List.of(new TensorSpec("y", DataType.FLOAT, Shape.of(-1), "y:0")))));
  }
}
