package io.dunlin.node.control;

import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.CatalogEntry;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.protocol.ControlProtocol;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogKeeperTest {
  private final CatalogKeeper keeper = new CatalogKeeper();

  private List<CatalogEntry> seen(String node, ControlProtocol.RepositoryModel... models) {
    return keeper.repositorySeen(
        new ControlProtocol.RepositorySeen(node, Arrays.asList(models)), Set.of("a"));
  }

  private CatalogEntry entry(String model) {
    return Objects.requireNonNull(keeper.entries().get(model), model);
  }

  private static ControlProtocol.RepositoryModel found(String model, Long... versions) {
    return new ControlProtocol.RepositoryModel(spec(model, 1), List.of(versions));
  }

  @Test
  void aModelInTheRepositoryIsDeployedWithItsLatestVersion() {
    List<CatalogEntry> changes = seen("a", found("m", 1L, 2L));
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).versions()).containsExactly(2L);
    assertThat(changes.get(0).revision()).isEqualTo(1);
    assertThat(seen("a", found("m", 1L, 2L))).as("nothing changed").isEmpty();
  }

  @Test
  void aNewVersionChangesTheEntryAndAVanishedModelIsTakenAway() {
    seen("a", found("m", 1L));
    assertThat(seen("a", found("m", 1L, 3L)).get(0).versions()).containsExactly(3L);
    CatalogEntry gone = seen("a").get(0);
    assertThat(gone.deleted()).isTrue();
    assertThat(seen("a", found("m", 3L)).get(0).deleted()).as("it came back").isFalse();
  }

  @Test
  void aModelStaysWhileALiveNodeHasNotLooked() {
    keeper.repositorySeen(
        new ControlProtocol.RepositorySeen("a", List.of(found("m", 1L))), Set.of("a", "b"));
    List<CatalogEntry> changes =
        keeper.repositorySeen(new ControlProtocol.RepositorySeen("a", List.of()), Set.of("a", "b"));
    assertThat(changes).isEmpty();
  }

  @Test
  void anAdminsDeployOutlivesTheRepository() {
    seen("a", found("m", 1L));
    assertThat(keeper.deploy(spec("m", 3), 1L)).isInstanceOf(CatalogKeeper.Change.Write.class);
    assertThat(seen("a")).isEmpty();
    assertThat(entry("m").spec().replicas().min()).isEqualTo(3);
  }

  @Test
  void aStaleRevisionIsRefusedWithTheCurrentOne() {
    seen("a", found("m", 1L));
    CatalogKeeper.Change change = keeper.deploy(spec("m", 2), 7L);
    assertThat(change)
        .isInstanceOfSatisfying(
            CatalogKeeper.Change.Refused.class,
            refused -> {
              assertThat(refused.failure().code()).isEqualTo(FailureCode.STALE_REVISION);
              assertThat(refused.failure().message())
                  .isEqualTo("revision: 7 (expected: 1, the current one of model 'm')");
            });
    assertThat(entry("m").revision()).isEqualTo(1);
  }

  @Test
  void anAliasPointsOnlyAtServedVersions() {
    seen("a", found("m", 4L));
    assertThat(keeper.setAlias("m", "stable", Map.of(3L, 100)))
        .isInstanceOf(CatalogKeeper.Change.Refused.class);
    keeper.setAlias("m", "stable", Map.of(4L, 100));
    assertThat(entry("m").aliases()).isEqualTo(Map.of("stable", Alias.of(4)));
    keeper.setAlias("m", "stable", Map.of());
    assertThat(entry("m").aliases()).isEmpty();
  }

  @Test
  void whatIsNotDeployedCannotBeUndeployedTwice() {
    seen("a", found("m", 1L));
    assertThat(keeper.undeploy("m", null)).isInstanceOf(CatalogKeeper.Change.Write.class);
    assertThat(keeper.undeploy("m", null)).isInstanceOf(CatalogKeeper.Change.Refused.class);
    assertThat(keeper.undeploy("x", null)).isInstanceOf(CatalogKeeper.Change.Refused.class);
  }

  @Test
  void replicatedEntriesCountOnlyWhenNewer() {
    seen("a", found("m", 1L));
    CatalogEntry own = entry("m");
    keeper.replicated(Map.of("m", own.withVersions(List.of(9L))));
    assertThat(entry("m").versions()).containsExactly(1L);
  }
}
