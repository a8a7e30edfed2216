package io.dunlin.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.routing.Outlook;
import io.dunlin.gateway.routing.RoutingTable;
import io.dunlin.gateway.routing.RoutingTables;
import io.dunlin.gateway.routing.ServedModel;
import io.dunlin.gateway.routing.ServedVersion;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.inference.Deadline;
import io.dunlin.shared.inference.FailureCode;
import io.dunlin.shared.inference.InferenceException;
import io.dunlin.shared.model.ModelDescription;
import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failure means for a request, by what its name stands for now. */
class NamedModelTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(7);

  private final RoutingTables tables = new RoutingTables();

  private static ServedVersion version(long number, boolean desired, ReplicaState state) {
    int ready = state == ReplicaState.READY ? 1 : 0;
    ModelDescription description =
        ready == 0
            ? null
            : new ModelDescription(new ModelVersionId("m", number), "test", List.of());
    String reason = state == ReplicaState.FAILED ? "no variables" : "";
    return new ServedVersion(number, desired, state, ready, reason, description, TIMEOUT);
  }

  private void publish(boolean complete, ServedVersion... versions) {
    Map<String, Alias> aliases = Map.of("prod", Alias.of(1), "next", Alias.of(2));
    tables.publish(
        new RoutingTable(
            versions.length == 0
                ? Map.of()
                : Map.of("m", new ServedModel("m", List.of(versions), aliases)),
            Map.of(),
            complete));
  }

  private NamedModel latest() {
    return new NamedModel(tables, "m", null, null);
  }

  private NamedModel pinned(long version) {
    return new NamedModel(tables, "m", version, null);
  }

  private NamedModel labelled(String label) {
    return new NamedModel(tables, "m", null, label);
  }

  private static RuntimeException after(NamedModel named, FailureCode code, @Nullable Long tried) {
    return named.orAgain(
        new InferenceException(code, "failed"),
        tried == null ? null : new ModelVersionId("m", tried),
        byDefault -> Deadline.after(0, byDefault));
  }

  private static AskAgainException again(RuntimeException thrown) {
    assertThat(thrown).isInstanceOf(AskAgainException.class);
    return (AskAgainException) thrown;
  }

  @Test
  void aModelThatIsComingIsAskedAgainWhenItIsThere() {
    publish(true, version(1, true, ReplicaState.LOADING));
    AskAgainException again = again(after(latest(), FailureCode.UNAVAILABLE, null));
    assertThat(again.changed().getAsBoolean()).isFalse();
    assertThat(again.deadline()).isEqualTo(Deadline.after(0, TIMEOUT));
    publish(true, version(1, true, ReplicaState.READY));
    assertThat(again.changed().getAsBoolean()).isTrue();
  }

  @Test
  void theWaitEndsToSayThatItFailedOrWasTakenAway() {
    publish(true, version(1, true, ReplicaState.LOADING));
    AskAgainException again = again(after(pinned(1), FailureCode.UNAVAILABLE, null));
    publish(true, version(1, true, ReplicaState.FAILED));
    assertThat(again.changed().getAsBoolean()).isTrue();
    publish(true);
    assertThat(again.changed().getAsBoolean()).isTrue();
  }

  @Test
  void aModelNobodyWantsIsNotWaitedForOnceTheCatalogueIsKnown() {
    publish(false);
    assertThat(latest().outlook()).isInstanceOf(Outlook.Coming.class);
    assertThat(labelled("prod").outlook()).isInstanceOf(Outlook.Coming.class);
    AskAgainException again = again(after(latest(), FailureCode.UNAVAILABLE, null));
    assertThat(again.deadline()).isEqualTo(Deadline.after(0, ModelSpec.DEFAULT_TIMEOUT));
    publish(true);
    assertThat(again.changed().getAsBoolean()).as("now it can be said").isTrue();
    assertThat(latest().outlook()).isInstanceOf(Outlook.Unknown.class);
    assertThat(after(latest(), FailureCode.NOT_FOUND, null)).isInstanceOf(InferenceException.class);
  }

  @Test
  void aModelThatFailedIsNotWaitedFor() {
    publish(true, version(1, true, ReplicaState.FAILED));
    assertThat(latest().outlook()).isEqualTo(new Outlook.Broken("no variables"));
    assertThat(after(latest(), FailureCode.UNAVAILABLE, null))
        .isInstanceOf(InferenceException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"NOT_FOUND", "UNAVAILABLE", "DRAINING", "REPLICA_GONE"})
  void aRequestCaughtInTheWithdrawalOfAVersionGoesToTheNowLatestAtOnce(FailureCode code) {
    publish(true, version(2, true, ReplicaState.READY), version(1, false, ReplicaState.DRAINING));
    assertThat(again(after(latest(), code, 1L)).changed().getAsBoolean()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CONNECTION_LOST", "INTERNAL", "DEADLINE_EXCEEDED", "OVERLOADED", "CANCELLED"})
  void whatMayHaveRunOrIsNoWithdrawalIsNotAskedAgain(FailureCode code) {
    publish(true, version(2, true, ReplicaState.READY));
    assertThat(after(latest(), code, 1L)).isInstanceOf(InferenceException.class);
  }

  @Test
  void aRollbackMovesRequestsBeforeTheHigherVersionIsGone() {
    publish(true, version(2, false, ReplicaState.READY), version(1, true, ReplicaState.READY));
    assertThat(tables.find("m").orElseThrow().latestAvailable())
        .map(ServedVersion::version)
        .contains(1L);
    assertThat(again(after(latest(), FailureCode.DRAINING, 2L)).changed().getAsBoolean()).isTrue();
  }

  @Test
  void aVersionOnItsWayOutAnswersWhileNoOtherCan() {
    publish(true, version(2, true, ReplicaState.LOADING), version(1, false, ReplicaState.READY));
    assertThat(tables.find("m").orElseThrow().latestAvailable())
        .map(ServedVersion::version)
        .contains(1L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3})
  void whoNamedTheVersionIsToldAtOnceThatItIsGone(long number) {
    publish(true, version(2, true, ReplicaState.READY), version(1, false, ReplicaState.DRAINING));
    assertThat(pinned(number).outlook()).isInstanceOf(Outlook.Unknown.class);
    assertThat(after(pinned(number), FailureCode.NOT_FOUND, number))
        .isInstanceOf(InferenceException.class);
  }

  @Test
  void aLabelThatWasSwitchedMeanwhileIsFollowed() {
    publish(true, version(2, true, ReplicaState.READY), version(1, true, ReplicaState.READY));
    assertThat(again(after(labelled("next"), FailureCode.NOT_FOUND, 1L)).changed().getAsBoolean())
        .isTrue();
    assertThat(after(labelled("prod"), FailureCode.UNAVAILABLE, 1L))
        .isInstanceOf(InferenceException.class);
  }

  @Test
  void oneThatHasWaitedForItsReplicasDoesNotWaitAnew() {
    publish(true, version(1, true, ReplicaState.PENDING));
    assertThat(after(latest(), FailureCode.UNAVAILABLE, 1L)).isInstanceOf(InferenceException.class);
  }

  @Test
  void aWithdrawnRequestWaitsForTheVersionThatFollows() {
    publish(true, version(2, true, ReplicaState.WARMING));
    assertThat(again(after(latest(), FailureCode.NOT_FOUND, 1L)).changed().getAsBoolean())
        .isFalse();
  }
}
