package io.dunlin.gateway.admission.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QueueGradientLimitTest {
  private static final long MILLI = 1_000_000;
  private static final LimitSettings NO_TARGET = new LimitSettings(100, 4, 1_000, 3, Duration.ZERO);

  private static LimitSample sample(double queueMillis, double computeMillis, int inFlight) {
    return new LimitSample(
        100,
        100 * MILLI,
        (queueMillis + computeMillis) * MILLI,
        queueMillis * MILLI,
        computeMillis * MILLI,
        inFlight,
        false);
  }

  private static LimitSample full() {
    return new LimitSample(0, 100 * MILLI, 0, 0, 0, 10, true);
  }

  @Test
  void growsByItsSquareRootWhileAnswersComeInTime() {
    QueueGradientLimit limit = new QueueGradientLimit(NO_TARGET);
    assertThat(limit.update(sample(0, 5, 80))).isEqualTo(102);
  }

  @Test
  void staysWhenFewerThanHalfAreUnderWay() {
    QueueGradientLimit limit = new QueueGradientLimit(NO_TARGET);
    assertThat(limit.update(sample(0, 5, 49))).isEqualTo(100);
    assertThat(limit.update(sample(500, 5, 49))).isEqualTo(100);
  }

  @Test
  void shrinksWhenTheQueueIsLong() {
    QueueGradientLimit limit = new QueueGradientLimit(NO_TARGET);
    int before = limit.current();
    for (int i = 0; i < 50; i++) {
      limit.update(sample(100, 5, limit.current()));
    }
    assertThat(limit.current()).isLessThan(before / 3);
  }

  @Test
  void aWaitWithinTheTargetIsTolerated() {
    QueueGradientLimit limit =
        new QueueGradientLimit(new LimitSettings(100, 4, 1_000, 3, Duration.ofMillis(200)));
    limit.update(sample(100, 5, 100));
    assertThat(limit.current()).isGreaterThan(100);
  }

  @Test
  void aFullQueueCutsItByATenthAndNeverBelowTheLeast() {
    QueueGradientLimit limit = new QueueGradientLimit(NO_TARGET);
    assertThat(limit.update(full())).isEqualTo(90);
    for (int i = 0; i < 100; i++) {
      limit.update(full());
    }
    assertThat(limit.current()).isEqualTo(4);
  }

  @Test
  void staysBetweenItsBoundsWhateverTheSamplesSay() {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      QueueGradientLimit limit = new QueueGradientLimit(NO_TARGET);
      for (int i = 0; i < 200; i++) {
        limit.update(
            new LimitSample(
                random.nextInt(1_000),
                1 + random.nextLong(SECONDS_10),
                random.nextDouble() * 1e11,
                random.nextDouble() * 1e11,
                random.nextDouble() * 1e11,
                random.nextInt(5_000),
                random.nextInt(10) == 0));
        assertThat(limit.current()).as("seed %s", seed).isBetween(4, 1_000);
      }
    }
  }

  private static final long SECONDS_10 = 10_000_000_000L;

  /**
   * A replica that runs batches of up to 32 rows in 10 ms: the limit must find room for full
   * batches, and no more than a few of them, whatever it began with.
   */
  @Test
  void findsTheConcurrencyThatFillsBatchesAndNoMore() {
    for (int initial : new int[] {4, 100, 1_000}) {
      QueueGradientLimit limit =
          new QueueGradientLimit(new LimitSettings(initial, 4, 1_000, 3, Duration.ZERO));
      for (int window = 0; window < 2_000; window++) {
        int inFlight = limit.current();
        double batch = Math.min(32, Math.max(1, inFlight / 2.0));
        double waitingBatches = Math.max(0, (inFlight - batch) / batch);
        limit.update(sample(10 * waitingBatches, 10, inFlight));
      }
      assertThat(limit.current()).as("from %s", initial).isBetween(64, 160);
    }
  }

  @Test
  void settingsOutOfRangeAreRefusedByName() {
    assertThatThrownBy(() -> new LimitSettings(1, 2, 3, 3, Duration.ZERO))
        .hasMessageContaining("initial: 1 (expected: 2..3");
    assertThatThrownBy(() -> new LimitSettings(2, 2, 3, 0.5, Duration.ZERO))
        .hasMessageContaining("queue-tolerance: 0.5");
  }
}
