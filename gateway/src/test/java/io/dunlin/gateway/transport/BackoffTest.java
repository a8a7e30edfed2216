package io.dunlin.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void waitsDoubleToTheBoundEachWithJitter() {
    Backoff backoff = backoff(3);
    long[] ceilings = {50, 100, 200, 400, 800, 1600, 2000, 2000};
    for (long ceiling : ceilings) {
      assertThat(backoff.nextNanos()).isBetween(ceiling * 500_000, ceiling * 1_000_000);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.nextNanos()).isBetween(1_000_000_000L, 2_000_000_000L);
    }
  }

  @Test
  void beginsAnewAfterSuccess() {
    Backoff backoff = backoff(3);
    backoff.nextNanos();
    backoff.nextNanos();
    backoff.reset();
    assertThat(backoff.nextNanos()).isLessThanOrEqualTo(50_000_000);
  }

  @Test
  void twoGatewaysDoNotComeBackTogether() {
    assertThat(backoff(1).nextNanos()).isNotEqualTo(backoff(2).nextNanos());
  }

  private static Backoff backoff(long seed) {
    return new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2), new SplittableRandom(seed));
  }
}
