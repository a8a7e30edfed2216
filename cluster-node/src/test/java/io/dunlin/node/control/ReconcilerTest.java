package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.node.placement.PlacementPlanner;
import io.dunlin.node.placement.PlacementSettings;
import io.dunlin.shared.catalog.Alias;
import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerTest {
  private static final ReplicaId V1 = replica("m", 1, 0);
  private static final ReplicaId V1B = replica("m", 1, 1);
  private static final ReplicaId V2 = replica("m", 2, 0);
  private static final PlacementPlanner PLANNER = new PlacementPlanner(PlacementSettings.DEFAULT);

  private static List<ControlAction> reconcile(Views views) {
    return Reconciler.reconcile(views.view(), PLANNER);
  }

  private static List<ReplicaId> assigned(Views views) {
    return reconcile(views).stream()
        .filter(ControlAction.Assign.class::isInstance)
        .map(action -> ((ControlAction.Assign) action).replica())
        .toList();
  }

  private static Predicate<ControlAction> assignsTo(ReplicaId replica, String node) {
    return action ->
        action instanceof ControlAction.Assign assign
            && assign.replica().equals(replica)
            && assign.assignment().nodeId().equals(node);
  }

  private static List<ReplicaId> stopped(Views views) {
    return reconcile(views).stream()
        .filter(ControlAction.Stop.class::isInstance)
        .map(action -> ((ControlAction.Stop) action).replica())
        .toList();
  }

  @Test
  void aWantedReplicaIsAssignedThenStartedThenLeftAlone() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).node("a")))
        .singleElement()
        .matches(assignsTo(V1, "a"));
    Views assigned = new Views().wanted("m", 1, 1L).node("a").assigned(V1, "a");
    assertThat(reconcile(assigned)).containsExactly(new ControlAction.Start(V1, spec("m", 1), 1));
    assertThat(reconcile(assigned.reported(V1, "a", ReplicaState.LOADING))).isEmpty();
  }

  @Test
  void nothingIsStartedBeforeItsAssignmentIsStored() {
    assertThat(
            reconcile(new Views().wanted("m", 1, 1L).node("a").assigned(V1, "a").unconfirmed(V1)))
        .isEmpty();
  }

  @Test
  void replicasSpreadOverNodes() {
    List<ControlAction> actions = reconcile(new Views().wanted("m", 2, 1L).node("b").node("a"));
    assertThat(actions).hasSize(2).anyMatch(assignsTo(V1, "a")).anyMatch(assignsTo(V1B, "b"));
  }

  @Test
  void aReplicaOnALostNodeIsAssignedAnew() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).node("b").assigned(V1, "lost")))
        .singleElement()
        .matches(assignsTo(V1, "b"));
  }

  @Test
  void theAssignmentToALostNodeIsForgottenOnceAnotherReplicaIsWhereItWas() {
    Views views =
        new Views()
            .wanted("m", 1, 1L)
            .assigned(V1, "lost")
            .assigned(V1B, "b")
            .reported(V1B, "b", ReplicaState.READY);
    assertThat(reconcile(views)).containsExactly(new ControlAction.Unassign(V1));
  }

  @Test
  void aNodeThatIsOnlyUnreachableKeepsItsReplicas() {
    Views views =
        new Views()
            .wanted("m", 1, 1L)
            .node("b")
            .unreachable("a")
            .assigned(V1, "a")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(views)).isEmpty();
  }

  @Test
  void replicasOfNodesThatMayComeBackAreLeftAlone() {
    Views views = new Views().wanted("m", 1, 1L).node("b").assigned(V1, "a");
    assertThat(reconcile(views.awaited("a"))).isEmpty();
  }

  @Test
  void aDrainingNodeGivesItsReplicaAwayOnlyWhenTheSuccessorIsReady() {
    Views drain =
        new Views()
            .wanted("m", 1, 1L)
            .draining("a")
            .node("b")
            .assigned(V1, "a")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(drain))
        .singleElement()
        .isInstanceOfSatisfying(
            ControlAction.Assign.class,
            assign -> {
              assertThat(assign.replica()).isEqualTo(V1B);
              assertThat(assign.assignment().nodeId()).isEqualTo("b");
              assertThat(assign.assignment().replaces()).isEqualTo(V1);
            });
    drain.assigned(V1B, "b", V1);
    assertThat(reconcile(drain)).containsExactly(new ControlAction.Start(V1B, spec("m", 1), 1));
    assertThat(reconcile(drain.reported(V1B, "b", ReplicaState.READY)))
        .containsExactly(new ControlAction.Stop(V1, "succeeded by m/1/1"));
  }

  @Test
  void theOnlyNodeKeepsItsReplicasWhenItDrains() {
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 1L)
                    .draining("a")
                    .assigned(V1, "a")
                    .reported(V1, "a", ReplicaState.READY)))
        .isEmpty();
  }

  @Test
  void aReplicaFoundWithoutAnAssignmentIsWrittenDown() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).reported(V1, "a", ReplicaState.READY)))
        .containsExactly(new ControlAction.Assign(V1, new Assignment("a", 0, 0, 0, null)));
  }

  @Test
  void aFailedReplicaIsStartedAgainOnlyWhenItsRetryIsDue() {
    Views failed =
        new Views().wanted("m", 1, 1L).assigned(V1, "a").reported(V1, "a", ReplicaState.FAILED);
    assertThat(reconcile(failed)).isEmpty();
    assertThat(reconcile(failed.retry(V1)))
        .containsExactly(new ControlAction.Start(V1, spec("m", 1), 1));
  }

  @Test
  void aReplicaItsNodeHadNoMemoryForGoesToAnotherNode() {
    Views refused =
        new Views()
            .wanted("m", 1, 1L)
            .assigned(V1, "a")
            .failed(V1, "a", "needs 6.1 GiB of gpu:0, 2.3 GiB free")
            .retry(V1);
    assertThat(reconcile(refused))
        .as("no other node: tried again, its reason stays visible")
        .containsExactly(new ControlAction.Start(V1, spec("m", 1), 1));
    List<ControlAction> moved = reconcile(refused.node("b"));
    assertThat(moved).anyMatch(assignsTo(V1B, "b"));
    assertThat(moved).anyMatch(action -> action instanceof ControlAction.Stop);
  }

  @Test
  void aReplicaThatFollowsAnOlderSpecIsToldTheNewOneUntilItSaysSo() {
    Views changed =
        new Views()
            .wanted("m", 1, 1L)
            .revision("m", 3, 3, 0)
            .assigned(V1, "a")
            .following(V1, "a", ReplicaState.READY, 2);
    assertThat(reconcile(changed))
        .containsExactly(new ControlAction.Reconfigure(V1, spec("m", 1), 3));
    Views told =
        new Views()
            .wanted("m", 1, 1L)
            .revision("m", 4, 3, 0)
            .assigned(V1, "a")
            .following(V1, "a", ReplicaState.READY, 3);
    assertThat(reconcile(told)).as("a later revision with the same spec").isEmpty();
  }

  @Test
  void aReplicaLoadedFromAnotherSourceHasASuccessorOnTheSameNodeBeforeItStops() {
    Views changed =
        new Views()
            .wanted("m", 1, 1L)
            .revision("m", 3, 3, 3)
            .assigned(V1, "a")
            .following(V1, "a", ReplicaState.READY, 2);
    assertThat(reconcile(changed)).singleElement().matches(assignsTo(V1B, "a"));
    changed.assigned(V1B, "a", V1);
    assertThat(reconcile(changed)).containsExactly(new ControlAction.Start(V1B, spec("m", 1), 3));
    changed.following(V1B, "a", ReplicaState.LOADING, 3);
    assertThat(reconcile(changed)).isEmpty();
  }

  @Test
  void itStopsWhenItsSuccessorIsReady() {
    Views changed =
        new Views()
            .wanted("m", 1, 1L)
            .revision("m", 3, 3, 3)
            .assigned(V1, "a")
            .assigned(V1B, "a", V1)
            .following(V1, "a", ReplicaState.READY, 2)
            .following(V1B, "a", ReplicaState.READY, 3);
    assertThat(stopped(changed)).containsExactly(V1);
    assertThat(reconcile(changed)).hasSize(1);
  }

  @Test
  void nothingIsReloadedBeforeTheNewSourceIsFoundToHaveTheVersion() {
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1)
                    .revision("m", 3, 3, 3)
                    .assigned(V1, "a")
                    .following(V1, "a", ReplicaState.READY, 2)))
        .as("nor told to follow what it was not loaded for")
        .isEmpty();
  }

  @Test
  void aFailedReplicaIsStartedWithTheNewSpecWhereItIs() {
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 1L)
                    .revision("m", 3, 3, 3)
                    .assigned(V1, "a")
                    .following(V1, "a", ReplicaState.FAILED, 2)))
        .containsExactly(new ControlAction.Start(V1, spec("m", 1), 3));
  }

  @Test
  void aSecondReplicaIsNotStoppedWhileTheFirstOneToldToStopStillSeemsReady() {
    Views down =
        new Views()
            .wanted("m", 1, 1L)
            .assigned(V1, "a")
            .assigned(V1B, "b")
            .reported(V1, "a", ReplicaState.READY)
            .reported(V1B, "b", ReplicaState.READY)
            .toldToStop(V1);
    assertThat(stopped(down)).as("told again, and nobody else").containsExactly(V1);
  }

  @Test
  void anOldVersionToldToStopIsNoReasonToStopTheNewOneAfterAChangeOfMind() {
    Views back =
        new Views()
            .wanted("m", 1, 1L)
            .assigned(V1, "a")
            .assigned(V2, "a")
            .reported(V1, "a", ReplicaState.READY)
            .reported(V2, "a", ReplicaState.READY)
            .toldToStop(V1);
    assertThat(stopped(back)).containsExactly(V1);
  }

  @Test
  void anAssignmentToALostNodeIsForgottenThoughNoOtherNodeHasRoom() {
    Views lost =
        new Views()
            .wanted("m", 2, 1L)
            .node("a")
            .assigned(V1, "a")
            .assigned(V1B, "lost")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(lost)).containsExactly(new ControlAction.Unassign(V1B));
  }

  @Test
  void theOldVersionStaysUntilTheNewOneIsReady() {
    Views rollout =
        new Views()
            .wanted("m", 1, 2L)
            .assigned(V1, "a")
            .assigned(V2, "a")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(rollout)).containsExactly(new ControlAction.Start(V2, spec("m", 1), 1));
    assertThat(reconcile(rollout.reported(V2, "a", ReplicaState.FAILED))).isEmpty();
  }

  @Test
  void theOldVersionGoesOnceAllReplicasOfTheNewOneAreReady() {
    Views half =
        new Views()
            .wanted("m", 2, 2L)
            .assigned(V1, "a")
            .assigned(V1B, "b")
            .assigned(V2, "a")
            .assigned(replica("m", 2, 1), "b")
            .reported(V1, "a", ReplicaState.READY)
            .reported(V1B, "b", ReplicaState.READY)
            .reported(V2, "a", ReplicaState.READY);
    assertThat(stopped(half)).isEmpty();
    assertThat(stopped(half.reported(replica("m", 2, 1), "b", ReplicaState.READY)))
        .containsExactlyInAnyOrder(V1, V1B);
  }

  @Test
  void anOldVersionWhoseNodeWasLostComesBackWhileTheNewOneFails() {
    Views lost =
        new Views()
            .wanted("m", 1, 2L)
            .node("b")
            .assigned(V1, "lost")
            .assigned(V2, "b")
            .reported(V2, "b", ReplicaState.FAILED);
    assertThat(assigned(lost)).containsExactly(V1);
  }

  @Test
  void aModelWhoseSourceHasNoVersionLeftKeepsWhatItServes() {
    assertThat(
            reconcile(
                new Views().wanted("m", 1).assigned(V1, "a").reported(V1, "a", ReplicaState.READY)))
        .isEmpty();
  }

  @Test
  void undeployStopsEverythingAndThenForgetsIt() {
    assertThat(
            stopped(
                new Views().deleted("m").assigned(V1, "a").reported(V1, "a", ReplicaState.READY)))
        .containsExactly(V1);
    assertThat(reconcile(new Views().deleted("m").node("a").assigned(V1, "a")))
        .containsExactly(new ControlAction.Unassign(V1));
  }

  @Test
  void scalingDownStopsTheHighestOrdinals() {
    assertThat(
            stopped(
                new Views()
                    .wanted("m", 1, 1L)
                    .assigned(V1, "a")
                    .assigned(V1B, "b")
                    .reported(V1, "a", ReplicaState.READY)
                    .reported(V1B, "b", ReplicaState.READY)))
        .containsExactly(V1B);
  }

  @ParameterizedTest
  @EnumSource(
      value = ReplicaState.class,
      names = {"DRAINING", "UNLOADING"})
  void aReplicaThatIsLeavingIsOnlyForgotten(ReplicaState state) {
    assertThat(reconcile(new Views().deleted("m").assigned(V1, "a").reported(V1, "a", state)))
        .containsExactly(new ControlAction.Unassign(V1));
    assertThat(reconcile(new Views().deleted("m").reported(V1, "a", state))).isEmpty();
  }

  @Test
  void aLabelSwitchesWhenEveryReplicaOfEveryVersionItWaitsForIsReady() {
    Views waiting =
        new Views()
            .wanted("m", 1, 1L, 2L)
            .alias("m", "stable", new Alias(Map.of(1L, 1), Map.of(), Map.of(1L, 9, 2L, 1), 1))
            .assigned(V1, "a")
            .assigned(V2, "a")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(waiting)).containsExactly(new ControlAction.Start(V2, spec("m", 1), 1));
    assertThat(reconcile(waiting.reported(V2, "a", ReplicaState.READY)))
        .containsExactly(new ControlAction.SwitchAlias("m", "stable", 1));
  }

  @Test
  void aLabelSwitchesToAVersionOfWhichOnlySomeReplicasFindRoom() {
    Views one =
        new Views()
            .wanted("m", 2, 2L)
            .alias("m", "stable", new Alias(Map.of(), Map.of(), Map.of(2L, 1), 0))
            .assigned(V2, "a")
            .reported(V2, "a", ReplicaState.READY);
    assertThat(reconcile(one)).containsExactly(new ControlAction.SwitchAlias("m", "stable", 1));
  }
}
