package io.dunlin.node.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SleepingLanesTest {
  private final SleepingLanes<String> lanes = new SleepingLanes<>();

  @Test
  void wakesNobodyWhenNobodySleeps() {
    assertThat(lanes.toWakeNow()).isNull();
    assertThat(lanes.toWakeFor(5)).isNull();
  }

  @Test
  void wakesOneLaneAtATime() {
    lanes.sleeps("a");
    lanes.sleeps("b");

    assertThat(lanes.toWakeNow()).isEqualTo("b");
    assertThat(lanes.toWakeNow()).isNull();
    lanes.awake("b");
    assertThat(lanes.toWakeNow()).isEqualTo("a");
  }

  @Test
  void oneLaneWatchesTheEarliestTime() {
    assertThat(lanes.sleepsUntil("a", 10)).isTrue();
    assertThat(lanes.sleepsUntil("b", 10)).isFalse();

    assertThat(lanes.toWakeFor(10)).isNull();
    assertThat(lanes.toWakeFor(9)).isEqualTo("a");
    lanes.awake("a");
    assertThat(lanes.sleepsUntil("a", 9)).isTrue();
  }

  @Test
  void theTimekeeperIsTheOneToWake() {
    assertThat(lanes.sleepsUntil("a", 10)).isTrue();
    lanes.sleeps("b");

    assertThat(lanes.toWakeNow()).isEqualTo("a");
  }

  @Test
  void anotherLaneWatchesWhenTheTimekeeperHasWork() {
    assertThat(lanes.sleepsUntil("a", 10)).isTrue();
    lanes.sleeps("b");
    lanes.awake("a");

    assertThat(lanes.toWakeFor(20)).isEqualTo("b");
    lanes.awake("b");
    assertThat(lanes.sleepsUntil("b", 20)).isTrue();
  }

  @Test
  void aLaneThatWakesByItselfSleepsNoMore() {
    lanes.sleeps("a");
    lanes.awake("a");

    assertThat(lanes.asleep()).isEmpty();
    assertThat(lanes.toWakeNow()).isNull();
  }
}
