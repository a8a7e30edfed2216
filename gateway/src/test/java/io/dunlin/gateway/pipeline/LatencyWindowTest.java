package io.dunlin.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {
  private static final long MILLI = 1_000_000;

  private final LatencyWindow window = new LatencyWindow();
  private long now = 7;

  private void add(int times, long nanos, long everyNanos) {
    for (int i = 0; i < times; i++) {
      now += everyNanos;
      window.add(nanos, now);
    }
  }

  @Test
  void nothingIsSaidOfAFewAnswers() {
    add(19, MILLI, MILLI);
    assertThat(window.p99Nanos()).isZero();
    add(1, MILLI, MILLI);
    assertThat(window.p99Nanos()).isBetween(MILLI, 5 * MILLI / 4);
    assertThat(window.p95Nanos()).isEqualTo(window.p99Nanos());
  }

  @Test
  void percentilesAreRightToAQuarter() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 3_000; i++) {
      now += MILLI;
      window.add(random.nextLong(100 * MILLI), now);
    }
    assertThat(window.p95Nanos()).isBetween(94 * MILLI, 120 * MILLI);
    assertThat(window.p99Nanos()).isBetween(98 * MILLI, 125 * MILLI);
    assertThat(window.p95Nanos()).isLessThanOrEqualTo(window.p99Nanos());
  }

  @Test
  void theSlowBeginningOfAProcessIsForgotten() {
    add(20, 900 * MILLI, MILLI);
    assertThat(window.p99Nanos()).isGreaterThan(900 * MILLI);
    add(1_200, 3 * MILLI, 10 * MILLI);
    assertThat(window.p99Nanos()).isLessThan(4 * MILLI);
  }

  @Test
  void whatBecomesSlowIsSeenAtOnce() {
    add(500, MILLI, MILLI);
    add(60, 200 * MILLI, 5 * MILLI);
    assertThat(window.p95Nanos()).isGreaterThan(200 * MILLI);
  }

  @Test
  void aModelThatIsSeldomAskedKeepsItsLastAnswers() {
    add(30, MILLI, MILLI);
    add(3, MILLI, 60_000 * MILLI);
    assertThat(window.p99Nanos()).isBetween(MILLI, 5 * MILLI / 4);
  }

  @Test
  void anyTimeHasABucket() {
    for (long nanos : new long[] {Long.MIN_VALUE, -1, 0, 1, 3, 4, 5, Long.MAX_VALUE}) {
      add(30, nanos, MILLI);
    }
    assertThat(window.p99Nanos()).isEqualTo(Long.MAX_VALUE);
  }
}
