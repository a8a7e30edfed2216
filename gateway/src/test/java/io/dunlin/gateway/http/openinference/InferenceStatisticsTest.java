package io.dunlin.gateway.http.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.dunlin.shared.inference.Timings;
import io.dunlin.shared.model.ModelVersionId;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InferenceStatisticsTest {
  private final AtomicLong millis = new AtomicLong();
  private final InferenceStatistics statistics =
      new InferenceStatistics(3, () -> Instant.ofEpochMilli(millis.incrementAndGet()));

  private static ModelVersionId version(long version) {
    return new ModelVersionId("m", version);
  }

  private void succeed(long version, int batchRows) {
    statistics.succeeded(version(version), 1, new Timings(1, 2, batchRows, 1), 5, 1, 1);
  }

  @Test
  void theVersionLongestUnseenMakesRoom() {
    succeed(1, 1);
    succeed(2, 1);
    statistics.failed(version(3), 1);
    statistics.failed(version(1), 1);
    succeed(4, 1);
    assertThat(statistics.size()).isEqualTo(3);
    assertThat(statistics.snapshot(version(2)).inferenceCount()).isZero();
    assertThat(statistics.snapshot(version(1)).inferenceCount()).isEqualTo(1);
    assertThat(statistics.snapshot(version(3)).fail().count()).isEqualTo(1);
    assertThat(statistics.snapshot(version(4)).inferenceCount()).isEqualTo(1);
  }

  @Test
  void batchSizesBeyondTheBoundCountInTheTotalsOnly() {
    for (int rows = 1; rows <= InferenceStatistics.MAX_BATCH_SIZES + 5; rows++) {
      succeed(1, rows);
    }
    succeed(1, 1);
    InferenceStatistics.VersionStatistics snapshot = statistics.snapshot(version(1));
    assertThat(snapshot.batches()).hasSize(InferenceStatistics.MAX_BATCH_SIZES);
    assertThat(snapshot.batches().get(0).runs()).isEqualTo(2);
    assertThat(snapshot.executionCount()).isEqualTo(InferenceStatistics.MAX_BATCH_SIZES + 6);
  }

  @Test
  void sharesOfABatchAddUpToOneRun() {
    for (int i = 0; i < 7 * 100; i++) {
      statistics.succeeded(version(1), 1, new Timings(0, 700, 7, 7), 0, 0, 0);
    }
    InferenceStatistics.VersionStatistics snapshot = statistics.snapshot(version(1));
    assertThat(snapshot.executionCount()).isEqualTo(100);
    assertThat(snapshot.inferenceCount()).isEqualTo(700);
    assertThat(snapshot.batches().get(0).inferNanos()).isEqualTo(70_000);
  }

  @Test
  void recordingFromManyThreadsLosesNothing() throws InterruptedException {
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  succeed(i % 3, 1 + i % 5);
                }
              });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long inferences = 0;
    for (int i = 0; i < 3; i++) {
      inferences += statistics.snapshot(version(i)).inferenceCount();
    }
    assertThat(inferences).isEqualTo(4_000);
  }

  @Test
  void roomForNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InferenceStatistics(0, Instant::now))
        .withMessage("maxVersions: 0 (expected: >= 1)");
  }
}
