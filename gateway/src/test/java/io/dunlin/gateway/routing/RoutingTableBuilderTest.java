package io.dunlin.gateway.routing;

import static io.dunlin.gateway.routing.Reports.description;
import static io.dunlin.gateway.routing.Reports.entry;
import static io.dunlin.gateway.routing.Reports.node;
import static io.dunlin.gateway.routing.Reports.replica;
import static io.dunlin.gateway.routing.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RoutingTableBuilderTest {
  private static RoutingTable build(
      Map<String, CatalogEntry> catalog,
      List<NodeReport> nodes,
      Map<String, ModelDescription> descriptions) {
    return RoutingTableBuilder.build(catalog, nodes, List.of(), descriptions, true);
  }

  private static ServedModel model(RoutingTable table, String name) {
    return Objects.requireNonNull(table.models().get(name), name);
  }

  @Test
  void onlyReadyReplicasGetRoutes() {
    RoutingTable table =
        build(
            Map.of("m", entry("m", 1L)),
            List.of(
                node("a", report(replica("m", 1, 0), ReplicaState.READY, "")),
                node("b", report(replica("m", 1, 1), ReplicaState.LOADING, ""))),
            Map.of("m/1", description("m", 1)));
    assertThat(table.routesTo(new ModelVersionId("m", 1)))
        .extracting(RoutingTable.Route::nodeId)
        .containsExactly("a");
    ServedVersion version = model(table, "m").versions().get(0);
    assertThat(version.state()).isEqualTo(ReplicaState.READY);
    assertThat(version.readyReplicas()).isEqualTo(1);
    assertThat(version.isAvailable()).isTrue();
  }

  @Test
  void aVersionIsNotAvailableBeforeItsSignaturesAreKnown() {
    RoutingTable table =
        build(
            Map.of("m", entry("m", 1L)),
            List.of(node("a", report(replica("m", 1, 0), ReplicaState.READY, ""))),
            Map.of());
    assertThat(model(table, "m").latestAvailable()).isEmpty();
  }

  @Test
  void theLatestAvailableVersionIsTheHighestThatIsReady() {
    RoutingTable table =
        build(
            Map.of("m", entry("m", 1L, 2L)),
            List.of(
                node(
                    "a",
                    report(replica("m", 1, 0), ReplicaState.READY, ""),
                    report(replica("m", 2, 0), ReplicaState.FAILED, "truncated"))),
            Map.of("m/1", description("m", 1)));
    ServedModel model = model(table, "m");
    assertThat(model.versions()).extracting(ServedVersion::version).containsExactly(2L, 1L);
    assertThat(model.latestAvailable()).map(ServedVersion::version).contains(1L);
    assertThat(model.versions().get(0).reason()).isEqualTo("truncated");
  }

  @Test
  void aDesiredVersionWithoutAReplicaIsPendingAndSaysSo() {
    RoutingTable table = build(Map.of("m", entry("m", 1L)), List.of(), Map.of());
    ServedVersion version = model(table, "m").versions().get(0);
    assertThat(version.state()).isEqualTo(ReplicaState.PENDING);
    assertThat(version.reason()).isEqualTo("waiting to be placed");
  }

  @Test
  void anUndeployedModelIsShownUntilItsLastReplicaIsGone() {
    CatalogEntry deleted =
        new CatalogEntry(entry("m").spec(), List.of(), Map.of(), 2, CatalogEntry.FROM_ADMIN, true);
    RoutingTable leaving =
        build(
            Map.of("m", deleted),
            List.of(node("a", report(replica("m", 1, 0), ReplicaState.DRAINING, ""))),
            Map.of());
    assertThat(leaving.models()).containsKey("m");
    assertThat(build(Map.of("m", deleted), List.of(), Map.of()).models()).isEmpty();
  }
}
