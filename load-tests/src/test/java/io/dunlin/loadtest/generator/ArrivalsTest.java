package io.dunlin.loadtest.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {
  @Test
  void aConstantRateKeepsItsRateOverMillionsOfRequests() {
    Arrivals arrivals = Arrivals.constant(3_000);
    long last = 0;
    for (int i = 0; i <= 3_000_000; i++) {
      last = arrivals.nextNanos();
    }
    assertThat(last).isCloseTo(1_000_000_000_000L, within(1_000L));
  }

  @Test
  void aPoissonProcessHasItsRateAndTheSpreadOfOne() {
    Arrivals arrivals =
        Arrivals.poisson(1_000, RandomGeneratorFactory.of("L64X128MixRandom").create(7));
    long before = 0;
    double sum = 0;
    double squares = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      long at = arrivals.nextNanos();
      assertThat(at).isGreaterThanOrEqualTo(before);
      double gapMillis = (at - before) / 1e6;
      sum += gapMillis;
      squares += gapMillis * gapMillis;
      before = at;
    }
    double mean = sum / count;
    assertThat(mean).isCloseTo(1, within(0.02));
    // An exponential gap's standard deviation equals its mean.
    assertThat(Math.sqrt(squares / count - mean * mean)).isCloseTo(1, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aRateIsAPositiveNumber(double rate) {
    assertThatThrownBy(() -> Arrivals.constant(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: > 0");
  }
}
