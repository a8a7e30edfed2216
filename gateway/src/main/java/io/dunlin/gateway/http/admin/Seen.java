package io.dunlin.gateway.http.admin;

import io.dunlin.gateway.routing.ClusterPicture;
import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.inference.Failure;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Finds things in this gateway's picture, or says by name that they are not there. */
final class Seen {
  private Seen() {}

  static ClusterSnapshot now(ClusterPicture picture) {
    return picture
        .current()
        .orElseThrow(
            () ->
                new InferenceException(
                    FailureCode.UNAVAILABLE, "this gateway has not joined a cluster yet"));
  }

  /** What is desired of a model that is deployed. */
  static CatalogEntry entry(ClusterSnapshot snapshot, String model) {
    CatalogEntry entry = snapshot.catalog().get(model);
    if (entry == null || entry.deleted()) {
      throw notDeployed(model);
    }
    return entry;
  }

  static InferenceException notDeployed(String model) {
    return Failure.notFound("model '" + model + "' is not deployed").toException();
  }

  static NodeReport node(ClusterSnapshot snapshot, String id) {
    return snapshot
        .node(id)
        .orElseThrow(
            () ->
                Failure.notFound("node: '" + id + "' (expected: one of " + nodeIds(snapshot) + ")")
                    .toException());
  }

  static List<String> nodeIds(ClusterSnapshot snapshot) {
    return Stream.concat(snapshot.nodes().stream(), snapshot.lost().stream())
        .map(NodeReport::nodeId)
        .sorted()
        .toList();
  }

  static <T> CompletionStage<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
