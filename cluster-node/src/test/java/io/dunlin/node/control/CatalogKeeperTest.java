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
    return ControlProtocol.RepositoryModel.of(spec(model, 1), List.of(versions));
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
  void nodesWhoseRepositoriesDifferDoNotChangeAModelInTurn() {
    Set<String> live = Set.of("a", "b");
    ControlProtocol.RepositorySeen one = one("a", 1);
    ControlProtocol.RepositorySeen other = one("b", 2);
    keeper.repositorySeen(one, live);
    assertThat(keeper.repositorySeen(other, live)).isEmpty();
    assertThat(keeper.repositorySeen(one, live)).isEmpty();
    assertThat(keeper.repositorySeen(one("a", 2), live)).as("both say the same").hasSize(1);
    assertThat(entry("m").spec().replicas().min()).isEqualTo(2);
  }

  private static ControlProtocol.RepositorySeen one(String node, int replicas) {
    return new ControlProtocol.RepositorySeen(
        node, List.of(ControlProtocol.RepositoryModel.of(spec("m", replicas), List.of(1L))));
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

  private Alias alias(String model, String label) {
    return Objects.requireNonNull(entry(model).aliases().get(label), label);
  }

  private String refusal(CatalogKeeper.Change change, FailureCode code) {
    assertThat(change).isInstanceOf(CatalogKeeper.Change.Refused.class);
    CatalogKeeper.Change.Refused refused = (CatalogKeeper.Change.Refused) change;
    assertThat(refused.failure().code()).isEqualTo(code);
    return refused.failure().message();
  }

  @Test
  void anAliasPointsOnlyAtVersionsOfTheSource() {
    seen("a", found("m", 1L, 4L));
    assertThat(
            refusal(
                keeper.setAlias("m", "stable", Map.of(3L, 100), null),
                FailureCode.FAILED_PRECONDITION))
        .isEqualTo("version: [3] of model 'm' (expected: of [1, 4], which its source has)");
    keeper.setAlias("m", "stable", Map.of(1L, 100), null);
    assertThat(alias("m", "stable")).isEqualTo(new Alias(Map.of(), Map.of(), Map.of(1L, 100), 0));
    assertThat(entry("m").versions()).as("policy and label").containsExactly(1L, 4L);
    keeper.setAlias("m", "stable", Map.of(), null);
    assertThat(entry("m").aliases()).isEmpty();
    assertThat(entry("m").versions()).containsExactly(4L);
  }

  @Test
  void aSwitchKeepsWhatWasActiveForTheWayBack() {
    seen("a", found("m", 1L, 2L));
    keeper.setAlias("m", "stable", Map.of(1L, 1), null);
    assertThat(keeper.switchAlias("m", "stable", entry("m").revision())).isPresent();
    keeper.setAlias("m", "stable", Map.of(2L, 1), null);
    assertThat(keeper.switchAlias("m", "stable", 1)).as("decided upon an older entry").isEmpty();
    assertThat(keeper.switchAlias("m", "stable", entry("m").revision())).isPresent();
    assertThat(alias("m", "stable"))
        .isEqualTo(new Alias(Map.of(2L, 1), Map.of(1L, 1), Map.of(), 2));
    assertThat(entry("m").versions()).containsExactly(1L, 2L);
    keeper.rollback("m", "stable", null, version -> true);
    assertThat(alias("m", "stable"))
        .isEqualTo(new Alias(Map.of(1L, 1), Map.of(2L, 1), Map.of(), 3));
  }

  @Test
  void aWayBackToAVersionThatIsColdWaitsForIt() {
    seen("a", found("m", 1L, 2L));
    keeper.setAlias("m", "stable", Map.of(1L, 1), null);
    keeper.switchAlias("m", "stable", entry("m").revision());
    keeper.setAlias("m", "stable", Map.of(2L, 1), null);
    keeper.switchAlias("m", "stable", entry("m").revision());
    keeper.rollback("m", "stable", null, version -> false);
    assertThat(alias("m", "stable"))
        .isEqualTo(new Alias(Map.of(2L, 1), Map.of(1L, 1), Map.of(1L, 1), 2));
  }

  @Test
  void rollbackOfAChangeThatIsUnderWayGivesItUp() {
    seen("a", found("m", 1L, 2L));
    keeper.setAlias("m", "stable", Map.of(1L, 1), null);
    keeper.switchAlias("m", "stable", entry("m").revision());
    keeper.setAlias("m", "stable", Map.of(2L, 1), null);
    keeper.rollback("m", "stable", null, version -> true);
    assertThat(alias("m", "stable")).isEqualTo(new Alias(Map.of(1L, 1), Map.of(), Map.of(), 1));
    assertThat(
            refusal(
                keeper.rollback("m", "stable", null, version -> true),
                FailureCode.FAILED_PRECONDITION))
        .contains("has pointed at nothing before");
  }

  @Test
  void badAliasesAreRefusedByName() {
    seen("a", found("m", 1L));
    assertThat(
            refusal(keeper.setAlias("m", "1", Map.of(1L, 1), null), FailureCode.INVALID_ARGUMENT))
        .startsWith("alias: '1'");
    assertThat(
            refusal(keeper.setAlias("m", "x", Map.of(1L, 0), null), FailureCode.INVALID_ARGUMENT))
        .startsWith("weight of version 1: 0");
    assertThat(refusal(keeper.setAlias("m", "x", Map.of(), null), FailureCode.NOT_FOUND))
        .isEqualTo("alias 'x' of model 'm' (expected: one of [])");
    assertThat(refusal(keeper.setAlias("m", "x", Map.of(1L, 1), 7L), FailureCode.STALE_REVISION))
        .startsWith("revision: 7");
  }

  @Test
  void aControllerThatKnowsLittleTakesNoVersionAway() {
    seen("a", found("m", 1L, 2L));
    keeper.setAlias("m", "stable", Map.of(1L, 1), null);
    CatalogEntry stored = entry("m");
    CatalogKeeper next = new CatalogKeeper();
    next.replicated(Map.of("m", stored));
    next.deploy(spec("m", 2), null);
    assertThat(Objects.requireNonNull(next.entries().get("m")).versions()).containsExactly(1L, 2L);
    assertThat(next.repositorySeen(new ControlProtocol.RepositorySeen("b", List.of()), Set.of("b")))
        .as("never found since it began: its node may be yet to come")
        .isEmpty();
  }

  @Test
  void whatIsNotDeployedCannotBeUndeployedTwice() {
    seen("a", found("m", 1L));
    assertThat(keeper.undeploy("m", null)).isInstanceOf(CatalogKeeper.Change.Write.class);
    assertThat(seen("a", found("m", 1L, 2L))).as("its folder does not bring it back").isEmpty();
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
