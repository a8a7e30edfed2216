package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlStateTest {
  private static final ReplicaId M = replica("m", 1, 0);
  private static final Assignment A = Assignment.to("a", 1);

  private final ControlState state = new ControlState(0, Duration.ZERO);

  private Map<ReplicaId, Assignment> assignments(long nowMillis) {
    return state.view(nowMillis).assignments();
  }

  @Test
  void whatAnEarlierControllerWroteIsTakenOverWheneverItArrives() {
    state.assignmentsRead(Map.of("m/1/0", A));
    assertThat(assignments(0)).containsEntry(M, A);
  }

  @Test
  void anAssignmentThatWasTakenBackDoesNotReturnWithAnOlderPictureOfTheTable() {
    state.assigned(M, A);
    state.unassigned(M, 1_000);
    state.assignmentsRead(Map.of("m/1/0", A));
    assertThat(assignments(2_000)).isEmpty();
    assertThat(assignments(61_001)).isEmpty();
    state.assignmentsRead(Map.of("m/1/0", A));
    assertThat(assignments(61_002)).as("a minute later it is someone's wish").containsKey(M);
  }

  @Test
  void whatAnEarlierControllerTookBackGoesWhenTheTableShowsIt() {
    state.assigned(replica("m", 1, 1), A);
    state.assignmentsRead(Map.of("m/1/0", A));
    state.assignmentsRead(Map.of());
    assertThat(assignments(0)).as("its own stays").containsOnlyKeys(replica("m", 1, 1));
  }

  @Test
  void anIdThatIsAssignedAnewCountsAtOnce() {
    state.assigned(M, A);
    state.unassigned(M, 1_000);
    Assignment b = Assignment.to("b", 2);
    state.assigned(M, b);
    state.assignmentsRead(Map.of("m/1/0", A));
    assertThat(assignments(1_000)).containsEntry(M, b);
  }

  private void reported(ReplicaState... states) {
    List<ReplicaReport> reports = new ArrayList<>();
    for (ReplicaState now : states) {
      reports.add(ReplicaReport.of(M, now, ""));
    }
    state.membersAre(new Members(Map.of("pekko://dunlin@a:1", new Members.Member(1, true, false))));
    state.reportsAre(Map.of("a", Views.report("a", reports)));
  }

  @Test
  void aReplicaToldToStopCountsAsSuchUntilItsReportsSayIt() {
    reported(ReplicaState.READY);
    state.stopTold(M, 1_000);
    assertThat(state.view(1_100).stopping()).containsExactly(M);
    reported(ReplicaState.DRAINING);
    assertThat(state.view(1_200).stopping()).isEmpty();
    reported();
    state.stopTold(M, 2_000);
    assertThat(state.view(2_000).stopping()).as("gone").isEmpty();
  }

  @Test
  void oneThatDoesNotStopCountsAgainAfterAWhileAndOneAssignedAnewAtOnce() {
    reported(ReplicaState.READY);
    state.stopTold(M, 1_000);
    state.stopTold(M, 9_000);
    assertThat(state.view(11_000).stopping()).containsExactly(M);
    assertThat(state.view(11_001).stopping()).isEmpty();
    state.stopTold(M, 12_000);
    state.assigned(M, A);
    assertThat(state.view(12_000).stopping()).isEmpty();
  }
}
