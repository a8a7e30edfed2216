package io.dunlin.node.batching;

import static org.assertj.core.api.Assertions.assertThat;

import io.dunlin.shared.model.ModelSpec;
import io.dunlin.shared.model.ModelSpec.Batching;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One replica in simulated time under open-loop load: what it is worth to refuse and drop early.
 * The model takes 2 ms and 0.2 ms a row, give or take a quarter, and every 50th run four times as
 * long.
 */
final class OverloadSimulationTest {
  private static final double ROW_NANOS = 200_000;
  private static final double RUN_NANOS = 2_000_000;
  private static final int CAP = 16;

  private record End(long nanos, Batch batch, long runNanos) {}

  /**
   * @param goodput rows per second that ended in time
   * @param late share of the rows run that did not
   * @param expiredTaken rows whose run began after their deadline
   */
  private record Result(double goodput, double late, int expiredTaken) {}

  private final Random random = new Random(11);
  private int runs;

  /** Rows per second of full batches on every lane, the slow runs counted. */
  private static double capacity(int lanes) {
    return lanes * CAP * 1e9 / (RUN_NANOS + CAP * ROW_NANOS) / 1.06;
  }

  private Result simulate(int lanes, double load, long deadlineNanos, long spreadNanos) {
    ServedSignature signature = Requests.signature("m", 2);
    ModelSpec spec =
        Requests.spec(
            new Batching(true, CAP, Duration.ZERO, List.of()),
            new ModelSpec.Queue(100_000, 1 << 30),
            lanes);
    BatchQueue queue = new BatchQueue(List.of(signature), spec);
    PriorityQueue<End> ends = new PriorityQueue<>(Comparator.comparingLong(End::nanos));
    long end = 1_000_000_000L;
    long warm = 200_000_000L;
    double gap = 1e9 / (load * capacity(lanes));
    double nextArrival = 0;
    int good = 0;
    int late = 0;
    int expired = 0;
    long now = 0;
    while (now < end) {
      if (!ends.isEmpty() && ends.peek().nanos() <= nextArrival) {
        End ended = ends.remove();
        now = ended.nanos();
        queue.finished(ended.batch(), ended.runNanos());
        for (Batch.Slice slice : ended.batch().slices()) {
          boolean inTime = slice.request().deadlineNanos() >= now;
          good += inTime && now > warm ? 1 : 0;
          late += !inTime && now > warm ? 1 : 0;
        }
      } else {
        now = (long) nextArrival;
        nextArrival -= gap * Math.log(1 - random.nextDouble());
        long timeout = deadlineNanos + (long) (spreadNanos * random.nextDouble());
        queue.offer(
            new Requests.Builder(signature, "r").arrived(now).due(now + timeout).build(), now);
      }
      while (ends.size() < lanes && queue.poll(now, r -> {}) instanceof Batch batch) {
        for (Batch.Slice slice : batch.slices()) {
          expired += slice.request().isExpired(now) ? 1 : 0;
        }
        long run = runNanos(batch.rows());
        ends.add(new End(now + run, batch, run));
      }
    }
    double seconds = (end - warm) / 1e9;
    return new Result(good / seconds, late / (double) Math.max(1, good + late), expired);
  }

  private long runNanos(int rows) {
    double jitter = 0.75 + 0.5 * random.nextDouble();
    double hiccup = ++runs % 50 == 0 ? 4 : 1;
    return (long) ((RUN_NANOS + rows * ROW_NANOS) * jitter * hiccup);
  }

  @ParameterizedTest
  @CsvSource({"1, 30, 0", "2, 30, 50"})
  void goodputStaysNearCapacityUnderOverload(int lanes, long deadlineMillis, long spreadMillis) {
    for (double load : new double[] {1, 2, 10}) {
      Result result =
          simulate(lanes, load, deadlineMillis * Requests.MILLI, spreadMillis * Requests.MILLI);
      assertThat(result.goodput() / capacity(lanes))
          .as("share of capacity at %s times the load", load)
          .isGreaterThan(0.95);
      // Every 50th run is an outlier that nobody foresees.
      assertThat(result.late()).as("late at %s times the load", load).isLessThan(0.03);
      assertThat(result.expiredTaken()).isZero();
    }
  }
}
