package io.dunlin.node.control;

import static io.dunlin.node.control.Views.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.catalog.Assignment;
import io.dunlin.shared.model.ReplicaId;
import java.time.Duration;
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
  void anIdThatIsAssignedAnewCountsAtOnce() {
    state.assigned(M, A);
    state.unassigned(M, 1_000);
    Assignment b = Assignment.to("b", 2);
    state.assigned(M, b);
    state.assignmentsRead(Map.of("m/1/0", A));
    assertThat(assignments(1_000)).containsEntry(M, b);
  }
}
