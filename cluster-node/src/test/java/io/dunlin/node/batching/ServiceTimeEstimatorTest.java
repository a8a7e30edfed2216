package io.dunlin.node.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ServiceTimeEstimatorTest {
  private final ServiceTimeEstimator estimator = new ServiceTimeEstimator();

  @Test
  void knowsNothingAtFirst() {
    assertThat(estimator.isMeasured()).isFalse();
    assertThat(estimator.expectedNanos(1)).isZero();
    assertThat(estimator.cautiousNanos(64)).isZero();
    assertThat(estimator.nanosPerRow(64)).isZero();
    assertThat(estimator.nanosPerRowAsRun()).isZero();
  }

  @Test
  void movesByAnEighthOfTheDifference() {
    estimator.record(4, 800);
    assertThat(estimator.expectedNanos(3)).isEqualTo(800);
    estimator.record(3, 1600);
    assertThat(estimator.expectedNanos(4)).isEqualTo(900);
    assertThat(estimator.meanRunNanos()).isEqualTo(900);
  }

  @Test
  void anOutlierCountsAsTwiceTheMean() {
    estimator.record(1, 1000);
    estimator.record(1, 1_000_000);

    assertThat(estimator.expectedNanos(1)).isEqualTo(1125);
    assertThat(estimator.cautiousNanos(1)).isEqualTo(1125 + 2 * 250);
  }

  @Test
  void aColdFirstRunIsUnlearntInAFewRuns() {
    estimator.record(1, 1_000_000);
    for (int i = 0; i < 10; i++) {
      estimator.record(1, 1000);
    }

    assertThat(estimator.expectedNanos(1)).isLessThan(2000);
  }

  @Test
  void forgetsSizesThatWereNotRunForLong() {
    estimator.record(64, 1_000_000);
    estimator.record(1, 1000);
    for (int i = 0; i < 63; i++) {
      estimator.record(1, 1000);
    }
    assertThat(estimator.expectedNanos(64)).isEqualTo(1_000_000);
    estimator.record(1, 1000);
    assertThat(estimator.expectedNanos(64)).isEqualTo(1000);
    estimator.record(64, 3_000_000);
    assertThat(estimator.expectedNanos(64)).isEqualTo(3_000_000);
  }

  @Test
  void guessesLowForSizesItHasNotSeen() {
    estimator.record(16, 1600);

    assertThat(estimator.expectedNanos(64)).isEqualTo(1600);
    assertThat(estimator.nanosPerRow(64)).isEqualTo(25);
    assertThat(estimator.expectedNanos(9)).isEqualTo(1600);
    assertThat(estimator.expectedNanos(8)).isEqualTo(800);
    assertThat(estimator.expectedNanos(1)).isEqualTo(100);
  }

  @Test
  void prefersTheNearestSmallerSize() {
    estimator.record(1, 100);
    estimator.record(64, 900);

    assertThat(estimator.expectedNanos(32)).isEqualTo(100);
    assertThat(estimator.expectedNanos(33)).isEqualTo(900);
    assertThat(estimator.expectedNanos(1 << 30)).isEqualTo(900);
  }

  @Test
  void aCautiousEstimateAddsTwoDeviations() {
    estimator.record(1, 1000);
    assertThat(estimator.cautiousNanos(1)).isEqualTo(1000);
    estimator.record(1, 1800);
    assertThat(estimator.expectedNanos(1)).isEqualTo(1100);
    assertThat(estimator.cautiousNanos(1)).isEqualTo(1100 + 2 * 200);
  }

  @Test
  void timePerRowAsRunIsTheMeanTimeOverTheMeanRows() {
    estimator.record(2, 100);
    assertThat(estimator.nanosPerRowAsRun()).isEqualTo(50);
  }
}
