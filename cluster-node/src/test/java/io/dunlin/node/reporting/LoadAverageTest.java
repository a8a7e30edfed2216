package io.dunlin.node.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dunlin.shared.model.ReplicaId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadAverageTest {
  private static final long SECOND = 1_000_000_000;
  private static final ReplicaId A = ReplicaId.ofEntityId("a/1/0");
  private static final ReplicaId B = ReplicaId.ofEntityId("b/1/0");

  private final LoadAverage load = new LoadAverage(2, 0);

  @Test
  void oneBusyLaneOnTwoProcessorsIsAHalf() {
    for (int second = 1; second <= 60; second++) {
      load.sample(second * SECOND, Map.of(A, second * SECOND), 0);
    }
    assertThat(load.value()).isEqualTo(0.5);
  }

  @Test
  void moreLanesThanProcessorsAreAtMostOne() {
    load.sample(1000 * SECOND, Map.of(A, 4000 * SECOND), 0);
    assertThat(load.value()).isEqualTo(1);
  }

  @Test
  void aStepIsSeenToTwoThirdsAfterTheWindow() {
    load.sample((long) (LoadAverage.WINDOW_SECONDS * SECOND), Map.of(), 1);
    assertThat(load.value()).isCloseTo(0.63, within(0.01));
  }

  @Test
  void aNodeAtRestComesToExactlyZero() {
    load.sample(SECOND, Map.of(A, SECOND), 0);
    for (int second = 2; second <= 60; second++) {
      load.sample(second * SECOND, Map.of(A, SECOND), 0);
    }
    assertThat(load.value()).isZero();
  }

  @Test
  void aReplicaThatWentOrBeganAnewIsNoNegativeLoad() {
    load.sample(10 * SECOND, Map.of(A, 10 * SECOND, B, 10 * SECOND), 0);
    double before = load.value();
    load.sample(11 * SECOND, Map.of(A, SECOND), 0);
    assertThat(load.value()).isBetween(0.5, before);
  }

  @Test
  void theBusierOfLanesAndDeviceCounts() {
    load.sample(1000 * SECOND, Map.of(A, 1000 * SECOND), 0.9);
    assertThat(load.value()).isEqualTo(0.9);
  }

  @Test
  void aClockThatStandsStillChangesNothing() {
    load.sample(0, Map.of(A, SECOND), 1);
    assertThat(load.value()).isZero();
  }
}
