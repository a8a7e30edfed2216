package io.dunlin.cli.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.gateway.routing.ClusterSnapshot;
import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ModelVersionId;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is shown of models on their way while several nodes load them. */
class StartupWatchTest {
  private static final ModelVersionId MODEL = new ModelVersionId("m", 1);

  private final List<ReplicaState> shown = new ArrayList<>();
  private final StartupWatch watch = new StartupWatch(change -> shown.add(change.state()));

  /** Node {@code i} holds replica {@code i} in that state. */
  private static ClusterSnapshot nodes(ReplicaState... states) {
    List<NodeReport> nodes = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      ReplicaReport replica =
          new ReplicaReport(
              new ReplicaId(MODEL, i), states[i], "", 1, 1, 1, ReplicaReport.Work.NONE);
      nodes.add(
          new NodeReport(
              "node-" + i,
              "pekko://dunlin@127.0.0.1:" + i,
              i,
              "127.0.0.1",
              1,
              "",
              Map.of(),
              new NodeReport.Device("cpu", "", 1),
              1,
              false,
              Instant.EPOCH,
              List.of(replica),
              NodeReport.Ledger.EMPTY,
              List.of(),
              0,
              List.of()));
    }
    return new ClusterSnapshot(
        Map.of(), Map.of(), Map.of(), nodes, List.of(), List.of(), List.of(), "", "");
  }

  private List<ReplicaState> shownOf(ClusterSnapshot... snapshots) {
    Arrays.stream(snapshots).forEach(watch);
    return shown;
  }

  @Test
  void aModelThatIsReadySomewhereIsReadyWhileOthersLoad() {
    assertThat(
            shownOf(
                nodes(ReplicaState.LOADING),
                nodes(ReplicaState.READY, ReplicaState.PENDING),
                nodes(ReplicaState.READY, ReplicaState.LOADING),
                nodes(ReplicaState.READY, ReplicaState.READY)))
        .containsExactly(ReplicaState.LOADING, ReplicaState.READY);
    assertThat(watch.settled(Set.of(MODEL)).toCompletableFuture()).isDone();
  }

  @Test
  void aModelHasFailedOnlyWhereNoReplicaIsOnItsWay() {
    assertThat(
            shownOf(
                nodes(ReplicaState.FAILED, ReplicaState.LOADING),
                nodes(ReplicaState.FAILED, ReplicaState.FAILED)))
        .containsExactly(ReplicaState.LOADING, ReplicaState.FAILED);
  }
}
