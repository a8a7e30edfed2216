package io.dunlin.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadRecorderTest {
  private static final long MS = 1_000_000;

  @Test
  void aClosedLoopCountsWhatEndsInTheWindow() {
    LoadRecorder recorder = new LoadRecorder(false, 100 * MS, 200 * MS);
    recorder.ended(Outcome.OK, 90 * MS, 99 * MS);
    recorder.ended(Outcome.OK, 90 * MS, 100 * MS);
    recorder.ended(Outcome.OK, 190 * MS, 199 * MS);
    recorder.ended(Outcome.OK, 190 * MS, 200 * MS);
    LoadResult result = recorder.result();
    assertThat(result.ok()).isEqualTo(2);
    assertThat(result.everything()).isEqualTo(4);
    assertThat(result.window()).isEqualTo(Duration.ofMillis(100));
    assertThat(result.okPerSecond()).isEqualTo(20);
  }

  @Test
  void anOpenLoopCountsWhatWasDueInTheWindowHoweverLateItEnds() {
    LoadRecorder recorder = new LoadRecorder(true, 100 * MS, 200 * MS);
    recorder.ended(Outcome.OK, 99 * MS, 150 * MS);
    recorder.ended(Outcome.OK, 100 * MS, 110 * MS);
    recorder.ended(Outcome.OK, 199 * MS, 5_199 * MS);
    LoadResult result = recorder.result();
    assertThat(result.ok()).isEqualTo(2);
    assertThat(result.okMillis(100)).isBetween(5_000.0, 5_010.0);
  }

  @Test
  void aStallIsSeenByEveryRequestThatWasDueInIt() {
    // 1000 a second for a second, one connection: the server stops for 500 ms, then catches up.
    LoadRecorder recorder = new LoadRecorder(true, 0, 1_000 * MS);
    for (int i = 0; i < 1000; i++) {
      long due = i * MS;
      recorder.ended(Outcome.OK, due, i < 500 ? Math.max(500 * MS, due) : due + MS);
    }
    // Half the callers waited, the first of them half a second: a quarter waited over 250 ms.
    assertThat(recorder.result().okMillis(74)).isBetween(230.0, 260.0);
  }

  @Test
  void keepsOutcomesApartAndLatencyOfTheRightAnswersOnly() {
    LoadRecorder recorder = new LoadRecorder(false, 0, 1_000 * MS);
    recorder.ended(Outcome.OK, 0, 2 * MS);
    recorder.ended(Outcome.REFUSED, 0, 90 * MS);
    recorder.ended(Outcome.BROKEN, 0, 80 * MS);
    recorder.unanswered(0, 5_000 * MS);
    LoadResult result = recorder.result();
    assertThat(result.total()).isEqualTo(4);
    assertThat(result.count(Outcome.REFUSED)).isEqualTo(1);
    assertThat(result.count(Outcome.UNANSWERED)).isEqualTo(1);
    assertThat(result.okMillis(100)).isBetween(2.0, 2.01);
    assertThat(result.otherLatency().getTotalCount()).isEqualTo(3);
  }

  @Test
  void keepsTheFirstObjectionsAndCutsLongOnes() {
    LoadRecorder recorder = new LoadRecorder(false, 0, 1);
    for (int i = 0; i < 10; i++) {
      recorder.objection(i + "x".repeat(1_000));
    }
    assertThat(recorder.result().objections())
        .hasSize(5)
        .allSatisfy(text -> assertThat(text).hasSizeLessThan(310))
        .first()
        .asString()
        .startsWith("0x");
  }

  @Test
  void aStatusSaysHowARequestEnded() {
    assertThat(Outcome.ofStatus(200)).isEqualTo(Outcome.OK);
    assertThat(Outcome.ofStatus(204)).isEqualTo(Outcome.OK);
    assertThat(Outcome.ofStatus(429)).isEqualTo(Outcome.REFUSED);
    assertThat(Outcome.ofStatus(503)).isEqualTo(Outcome.REFUSED);
    assertThat(Outcome.ofStatus(504)).isEqualTo(Outcome.EXPIRED);
    assertThat(Outcome.ofStatus(400)).isEqualTo(Outcome.FAILED);
    assertThat(Outcome.ofStatus(302)).isEqualTo(Outcome.FAILED);
  }
}
