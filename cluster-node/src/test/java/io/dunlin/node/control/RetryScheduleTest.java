package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.directory.NodeReport;
import io.dunlin.shared.directory.ReplicaReport;
import io.dunlin.shared.model.ReplicaId;
import io.dunlin.shared.model.ReplicaState;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final ReplicaId BROKEN = replica("m", 1, 0);

  private final RetrySchedule schedule = new RetrySchedule();

  private static List<NodeReport> nodes(ReplicaState state) {
    return List.of(Views.report("a", List.of(ReplicaReport.of(BROKEN, state, ""))));
  }

  @Test
  void waitsLongerAfterEachFailureUpToFiveMinutes() {
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 0)).isEmpty();
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 9_999)).isEmpty();
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 10_000)).containsExactly(BROKEN);
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 29_999)).isEmpty();
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 30_000)).containsExactly(BROKEN);
    long now = 30_000;
    for (int i = 0; i < 20; i++) {
      now += 300_000;
      assertThat(schedule.due(nodes(ReplicaState.FAILED), now)).containsExactly(BROKEN);
    }
  }

  @Test
  void aReplicaThatCameUpStartsOverWhenItFailsAgain() {
    schedule.due(nodes(ReplicaState.FAILED), 0);
    schedule.due(nodes(ReplicaState.READY), 5_000);
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 12_000)).isEmpty();
    assertThat(schedule.due(nodes(ReplicaState.FAILED), 22_000)).containsExactly(BROKEN);
  }
}
