package io.dunlin.loadtest.fault.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.loadtest.fault.oracle.Ended;
import io.dunlin.loadtest.fault.oracle.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {

  @Test
  void requestsAreCountedWhenTheyWereDueAndGapsAreSteps() {
    Timeline timeline =
        Timeline.of(
            List.of(
                request(0, 10, 14, Verdict.RIGHT),
                request(1, 90, 340, Verdict.BROKEN),
                request(2, 305, 307, Verdict.RIGHT)));
    assertThat(timeline.steps())
        .containsExactly(
            new Timeline.Step(1, 1, 250, 250),
            new Timeline.Step(0, 0, 0, 0),
            new Timeline.Step(0, 0, 0, 0),
            new Timeline.Step(1, 0, 2, 2));
  }

  @Test
  void aRunWithoutRequestsHasNoSteps() {
    assertThat(Timeline.of(List.of()).steps()).isEmpty();
  }

  private static Ended request(long number, long dueMillis, long endMillis, Verdict verdict) {
    return new Ended(
        number, dueMillis * 1_000_000, endMillis * 1_000_000, 0, 1, verdict, 1, "", "");
  }
}
