package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static io.dunlin.node.control.Views.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconcilerTest {
  private static final ReplicaId V1 = replica("m", 1, 0);
  private static final ReplicaId V2 = replica("m", 2, 0);

  private static List<ControlAction> reconcile(Views views) {
    ClusterView view = views.view();
    return Reconciler.reconcile(view, LeastReplicasPlacer.of(view));
  }

  @Test
  void aWantedReplicaIsAssignedThenStartedThenLeftAlone() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).node("a")))
        .containsExactly(new ControlAction.Assign(V1, "a", 1));
    assertThat(reconcile(new Views().wanted("m", 1, 1L).node("a").assigned(V1, "a")))
        .containsExactly(new ControlAction.Start(V1, spec("m", 1)));
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 1L)
                    .assigned(V1, "a")
                    .reported(V1, "a", ReplicaState.LOADING)))
        .isEmpty();
  }

  @Test
  void replicasSpreadOverTheNodesThatHoldFewest() {
    assertThat(reconcile(new Views().wanted("m", 3, 1L).node("b").node("a")))
        .containsExactly(
            new ControlAction.Assign(replica("m", 1, 0), "a", 1),
            new ControlAction.Assign(replica("m", 1, 1), "b", 1),
            new ControlAction.Assign(replica("m", 1, 2), "a", 1));
  }

  @Test
  void aReplicaOnALostNodeIsAssignedAnew() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).node("b").assigned(V1, "lost")))
        .containsExactly(new ControlAction.Assign(V1, "b", 1));
  }

  @Test
  void nothingIsStartedOnANodeThatIsLeaving() {
    assertThat(reconcile(new Views().wanted("m", 1, 1L).draining("a").assigned(V1, "a"))).isEmpty();
    assertThat(reconcile(new Views().wanted("m", 1, 1L).draining("a").node("b").assigned(V1, "a")))
        .containsExactly(new ControlAction.Assign(V1, "b", 1));
  }

  @Test
  void whatFitsNowhereWaits() {
    ClusterView view = new Views().wanted("m", 1, 1L).node("a").view();
    assertThat(Reconciler.reconcile(view, (replica, spec) -> Optional.empty())).isEmpty();
  }

  @Test
  void aFailedReplicaIsStartedAgainOnlyWhenItsRetryIsDue() {
    Views failed =
        new Views().wanted("m", 1, 1L).assigned(V1, "a").reported(V1, "a", ReplicaState.FAILED);
    assertThat(reconcile(failed)).isEmpty();
    assertThat(reconcile(failed.retry(V1)))
        .containsExactly(new ControlAction.Start(V1, spec("m", 1)));
  }

  @Test
  void changedSettingsReachTheReplicaWithoutAReload() {
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 1L)
                    .revision("m", 2)
                    .assigned(V1, "a")
                    .reported(V1, "a", ReplicaState.READY)))
        .containsExactly(new ControlAction.Reconfigure(V1, spec("m", 1), "a", 2));
  }

  @Test
  void theOldVersionStaysUntilTheNewOneIsReady() {
    Views rollout =
        new Views()
            .wanted("m", 1, 2L)
            .assigned(V1, "a")
            .assigned(V2, "a")
            .reported(V1, "a", ReplicaState.READY);
    assertThat(reconcile(rollout)).containsExactly(new ControlAction.Start(V2, spec("m", 1)));
    assertThat(reconcile(rollout.reported(V2, "a", ReplicaState.FAILED))).isEmpty();
  }

  @Test
  void theOldVersionGoesOnceTheNewOneIsReady() {
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 2L)
                    .assigned(V1, "a")
                    .assigned(V2, "a")
                    .reported(V1, "a", ReplicaState.READY)
                    .reported(V2, "a", ReplicaState.READY)))
        .containsExactly(new ControlAction.Stop(V1, "not desired any more"));
  }

  @Test
  void undeployStopsEverythingAndThenForgetsIt() {
    assertThat(
            reconcile(
                new Views().deleted("m").assigned(V1, "a").reported(V1, "a", ReplicaState.READY)))
        .containsExactly(new ControlAction.Stop(V1, "not desired any more"));
    assertThat(reconcile(new Views().deleted("m").node("a").assigned(V1, "a")))
        .containsExactly(new ControlAction.Unassign(V1));
  }

  @Test
  void scalingDownStopsTheHighestOrdinals() {
    ReplicaId second = replica("m", 1, 1);
    assertThat(
            reconcile(
                new Views()
                    .wanted("m", 1, 1L)
                    .assigned(V1, "a")
                    .assigned(second, "b")
                    .reported(V1, "a", ReplicaState.READY)
                    .reported(second, "b", ReplicaState.READY)))
        .containsExactly(new ControlAction.Stop(second, "not desired any more"));
  }

  @ParameterizedTest
  @EnumSource(
      value = ReplicaState.class,
      names = {"DRAINING", "UNLOADING", "UNLOADED"})
  void aReplicaThatIsLeavingIsNotToldAgain(ReplicaState state) {
    assertThat(reconcile(new Views().deleted("m").assigned(V1, "a").reported(V1, "a", state)))
        .isEmpty();
  }
}
